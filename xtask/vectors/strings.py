"""Signatures in their string form, and names of fields."""

STRINGS = [
    "a -> b", "a, b, c -> d", " a ,b->c ", "a: str -> b: str", "a:int->b:float", "a: list -> b: dict", "a: List[int] -> b: Dict[str, int]",
    "a: list[list[int]] -> b: dict[str, dict[str, int]]", "a: tuple[int, str] -> b: tuple[int, ...]", "a: set[int] -> b: frozenset[str]",
    "a: Optional[str] -> b: Union[int, str]", "a: int | None -> b: str | int | None", "a: None | int -> b: Union[None, str]",
    "a: Literal['x', 'y'] -> b: Literal[\"z\"]", "a: Literal[1] -> b: Literal[True, None]", "a: Literal['a, b -> c'] -> d", "a -> b: Literal['it\\'s']",
    "a: dspy.Image -> b: dspy.Code", "a: dspy.History, b: list[dspy.Tool] -> c: dspy.ToolCalls", "a: datetime.date -> b: datetime.datetime",
    "a: Any -> b: object", "a: bytes -> b: complex", "a = 1 -> b", "a: int = 1, b = 'x' -> c", "*a -> b", "**a -> b", "a, *, b -> c", "a, /, b -> c",
    "a", "a -> b -> c", "-> a", "a ->", "->", "", "a, a -> b", "a -> a", "_a -> b", "a -> b c", "1a -> b", "a: -> b", "a: Foo -> b", "a: list[ -> b",
    "a: list[int] -> b, ", "a,, b -> c", "für -> straße", "a: 'int' -> b", "a: int | str -> b: list[int | None]", "a: Optional[List[Dict[str, Any]]] -> b",
    "class -> b", "a -> def", "None -> b", "a: Tuple[int] -> b: Set[str]", "a: tuple[()] -> b", "a: Annotated[int, Field(ge=1)] -> b: Annotated[str, Field(max_length=3)]",
    "a: typing.Optional[int] -> b: typing.List[str]", "a:\n int ->\n b", "a: int  # x -> b", "a: Union[int] -> b", "a: Optional[None] -> b", "a: Literal['a', 'a'] -> b",
    "a: Union[int, int] -> b", "a: int | int -> b", "a: dict[str] -> b", "a: list[int, str] -> b", "a: dict[int, str] -> b: dict[str, list]", "a.b -> c", "a: list[\"int\"] -> b",
    "model_config -> a", "instructions -> a", "a: bool, b: float -> signature", "fields -> a", "copy -> b", "json -> b", "question -> answer: bool = True",
]  # fmt: skip

NAMES = [
    "a", "ab", "some_name", "someName", "SomeName", "HTMLParser", "parseHTML", "getHTTPResponse2", "name2", "name_2", "2name", "a1b2c3", "__x__", "x_", "_x", "A", "AB", "ABc",
    "user ID", "user-id", "userID", "USER_ID", "context1", "i18n", "top5_results", "veryLongNameOfAField", "snake_caseAndCamel", "été", "naïveName", "x__y",
]  # fmt: skip
