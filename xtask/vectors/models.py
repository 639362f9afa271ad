"""Types for the sibling vectors."""

import dataclasses
import datetime
import decimal
import enum
import uuid
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar, Union

import pydantic
from pydantic import Field
from typing_extensions import TypedDict


class Mood(enum.Enum):
    CALM = "calm"
    VERY_ANGRY = "very angry"
    OTHER = "other"


class Priority(enum.IntEnum):
    LOW = 1
    MID = 5
    HIGH = 10


class Format(str, enum.Enum):
    JSON = "json"
    PLAIN_TEXT = "plain text"


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"
    HALF = 0.5


class Street(pydantic.BaseModel):
    street: str
    number: int
    zip: Optional[str] = None


class Person(pydantic.BaseModel):
    """A person."""

    name: str = Field(description="full name")
    age: int = Field(ge=0, le=150, description="in years")
    home: Street | None = None
    mood: Mood = Mood.CALM
    tags: list[str] = Field(default_factory=list)


class Team(pydantic.BaseModel):
    name: str
    lead: Person
    members: list[Person]
    scores: dict[str, float] = {}


class Page(pydantic.BaseModel):
    title: str = Field(alias="pageTitle")
    number: int
    body: str = Field(alias="text", description="the body")


class Comment(pydantic.BaseModel):
    text: str
    replies: list["Comment"] = []


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


class Event(pydantic.BaseModel):
    day: datetime.date
    at: datetime.time
    lasts: datetime.timedelta
    cost: decimal.Decimal
    key: uuid.UUID


class Limits(pydantic.BaseModel):
    share: float = Field(gt=0, lt=1, description="a share")
    code: str = Field(min_length=2, max_length=4)
    step: int = Field(multiple_of=5, default=10)
    word: str = Field(pattern="^[a-z]+$", default="abc")
    items: list[int] = Field(min_length=1, max_length=3)


class Closed(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    left: int
    right: int


T = TypeVar("T")


class Box(pydantic.BaseModel, Generic[T]):
    item: T
    count: int = 1


class Movie(TypedDict):
    title: str
    year: int
    cast: list[str]


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0
    labels: list[str] = dataclasses.field(default_factory=list)


class Titled(pydantic.BaseModel):
    first_name: str = Field(title="Given name")
    last_name: str


class Empty(pydantic.BaseModel):
    pass


class Deep(pydantic.BaseModel):
    """Several lines
    of words.

        and an indented one
    """

    grid: list[list[int]]
    lookup: dict[str, list[Street]]
    pair: tuple[int, str]
    choice: Union[Street, Closed]
    any: Any = None
    unique: set[int] = set()
    kinds: list[Literal["a", "b"]] = ["a"]
