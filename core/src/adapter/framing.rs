//! The fixed framing text of DSPy's adapters and types.
//!
//! This text is a wire format: prompts tuned with DSPy behave the same here only if every byte of the
//! frame is the same. It is taken from DSPy 3.4.1 (Stanford NLP, MIT licence): `ChatAdapter`,
//! `JSONAdapter`, `XMLAdapter`, `BAMLAdapter`, `TwoStepAdapter` and the types they know. It is the only
//! text in this project that comes from elsewhere.

pub(crate) const INPUTS: &str = "Your input fields are:\n";
pub(crate) const OUTPUTS: &str = "Your output fields are:\n";
pub(crate) const STRUCTURE: &str = "All interactions will be structured in the following way, with the appropriate values filled in.";
pub(crate) const JSON_INPUTS: &str = "Inputs will have the following structure:";
pub(crate) const JSON_OUTPUTS: &str = "Outputs will be a JSON object with the following fields.";
pub(crate) const OBJECTIVE: &str = "In adhering to this structure, your objective is: ";
pub(crate) const INDENT: &str = "\n        ";
pub(crate) const CONSTRAINTS: &str = "\nConstraints: ";
pub(crate) const NOTE: &str = crate::__framing!(note);
pub(crate) const OPEN: &str = crate::__framing!(open);
pub(crate) const CLOSE: &str = crate::__framing!(close);
pub(crate) const COMPLETED: &str = "completed";
pub(crate) const RESPOND: &str =
    "Respond with the corresponding output fields, starting with the field ";
pub(crate) const RESPOND_JSON: &str =
    "Respond with a JSON object in the following order of fields: ";
pub(crate) const VALID_PYTHON: &str = crate::__framing!(valid);
pub(crate) const THEN: &str = crate::__framing!(then);
pub(crate) const ENDING: &str = ", and then ending with the marker for `[[ ## completed ## ]]`.";
pub(crate) const INCOMPLETE: &str =
    "This is an example of the task, though some input or output fields are not supplied.";
pub(crate) const NOT_SUPPLIED: &str = "Not supplied for this particular example. ";
pub(crate) const TYPE_DESCRIPTION: &str = "Type description of ";
pub(crate) const CODE: &str = "Code represented in a string, specified in the `code` field. If this is an output field, the code field should follow the markdown code block format, e.g. \n```";
pub(crate) const CODE_END: &str = "\n{code}\n```\nProgramming language: ";
pub(crate) const TOOL_CALLS_FORM: &str =
    " (must be a JSON object like {\"tool_calls\": [{\"name\": \"...\", \"args\": {...}}]})";

// the XML adapter
pub(crate) const RESPOND_XML: &str =
    "Respond with the corresponding output fields wrapped in XML tags ";
pub(crate) const NESTED_XML: &str = " Use this nested XML structure: ";

// the BAML adapter
pub(crate) const OUTPUT_FIELD: &str = "Output field `";
pub(crate) const OF_TYPE: &str = "` should be of type: ";
pub(crate) const NO_FIELDS: &str = "No fields defined";

// the two-step adapter
pub(crate) const ASSISTANT: &str =
    "You are a helpful assistant that can solve tasks based on user input.";
pub(crate) const PROVIDED: &str = "As input, you will be provided with:\n";
pub(crate) const MUST_CONTAIN: &str = "Your outputs must contain:\n";
pub(crate) const LAY_OUT: &str = "You should lay out your outputs in detail so that your answer can be understood by another agent";
pub(crate) const SPECIFIC: &str = "Specific instructions: ";
pub(crate) const EXTRACT: &str =
    "The input is a text that should contain all the necessary information to produce the fields ";
pub(crate) const EXTRACT_END: &str = ".             Your job is to extract the fields from the text verbatim. Extract precisely the appropriate value (content) for each field.";

// values of DSPy's own types
pub(crate) const CUSTOM_START: &str = "<<CUSTOM-TYPE-START-IDENTIFIER>>";
pub(crate) const CUSTOM_END: &str = "<<CUSTOM-TYPE-END-IDENTIFIER>>";
pub(crate) const TOOL_CALL_RESULTS: &str = "tool_call_results";
pub(crate) const DOCUMENT: &str = "A document containing text content that can be referenced and cited. Include the full text content and optionally a title for proper referencing.";
pub(crate) const CITATIONS: &str = "Citations with quoted text and source references. Include the exact text being cited and information about its source.";
pub(crate) const TOOL_CALLS: &str = "Tool calls must be a JSON object with `tool_calls`, a list of calls. Each call must include `name` and `args`. Example: {\"tool_calls\": [{\"name\": \"search\", \"args\": {\"query\": \"cats\"}}]}";
pub(crate) const TOOL_DESCRIPTION: &str = ", whose description is <desc>";
pub(crate) const TOOL_DESCRIPTION_END: &str = "</desc>.";
pub(crate) const TOOL_ARGUMENTS: &str = " It takes arguments ";
pub(crate) const NOUL: &str = "A Boolean decision.";
pub(crate) const CRITERIA: &str = " Criteria: ";
pub(crate) const CHOICE: &str = "Select exactly one value. Options: ";
pub(crate) const BARE_CHOICE: &str = "Select exactly one of the declared Literal values.";
pub(crate) const SCORE: &str = "Continuous score from 0 to ";
pub(crate) const RUBRIC: &str =
    "; intermediate values are allowed. Rubric (level index, description): ";
pub(crate) const CONFIDENCE: &str = "Confidence in the value, from 0 to 1.";

// What DSPy's classes say of themselves. Its JSON schemas and its BAML prompts repeat it.

pub(crate) const CITATIONS_DOC: &str = r#"Experimental: This class may change or be removed in a future release without warning (introduced in v3.0.4).

Citations extracted from an LM response with source references.

    This type represents citations returned by language models that support
    citation extraction, particularly Anthropic's Citations API through LiteLLM.
    Citations include the quoted text and source information.

    Examples:
        ```python
        import os
        import dspy
        from dspy.signatures import Signature
        from dspy.experimental import Citations, Document
        os.environ["ANTHROPIC_API_KEY"] = "YOUR_ANTHROPIC_API_KEY"

        class AnswerWithSources(Signature):
            '''Answer questions using provided documents with citations.'''
            documents: list[Document] = dspy.InputField()
            question: str = dspy.InputField()
            answer: str = dspy.OutputField()
            citations: Citations = dspy.OutputField()

        # Create documents to provide as sources
        docs = [
            Document(
                data="The Earth orbits the Sun in an elliptical path.",
                title="Basic Astronomy Facts"
            ),
            Document(
                data="Water boils at 100°C at standard atmospheric pressure.",
                title="Physics Fundamentals",
                metadata={"author": "Dr. Smith", "year": 2023}
            )
        ]

        # Use with a model that supports citations like Claude
        lm = dspy.LM("anthropic/claude-opus-4-1-20250805")
        predictor = dspy.Predict(AnswerWithSources)
        result = predictor(documents=docs, question="What temperature does water boil?", lm=lm)

        for citation in result.citations.citations:
            print(citation.format())
        ```
    "#;
pub(crate) const CITATION_DOC: &str = "Individual citation with character location information.";
pub(crate) const REASONING_DOC: &str = r"Reasoning type in DSPy.

This type is useful when you want the DSPy output to include the reasoning of the LM. We build this type so that
DSPy can support the reasoning model and non-reasoning model with the same code.

This is a str-like type, you can convert a string directly to a Reasoning object, and from DSPy adapters'
perspective, `Reasoning` is treated as a string.";
pub(crate) const CODE_DOC: &str = r#"Code type in DSPy.

This type is useful for code generation and code analysis.

Example 1: dspy.Code as output type in code generation:

```python
import dspy

dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))


class CodeGeneration(dspy.Signature):
    '''Generate python code to answer the question.'''

    question: str = dspy.InputField(description="The question to answer")
    code: dspy.Code["java"] = dspy.OutputField(description="The code to execute")


predict = dspy.Predict(CodeGeneration)

result = predict(question="Given an array, find if any of the two numbers sum up to 10")
print(result.code)
```

Example 2: dspy.Code as input type in code analysis:

```python
import dspy
import inspect

dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))

class CodeAnalysis(dspy.Signature):
    '''Analyze the time complexity of the function.'''

    code: dspy.Code["python"] = dspy.InputField(description="The function to analyze")
    result: str = dspy.OutputField(description="The time complexity of the function")


predict = dspy.Predict(CodeAnalysis)


def sleepsort(x):
    import time

    for i in x:
        time.sleep(i)
        print(i)

result = predict(code=inspect.getsource(sleepsort))
print(result.result)
```"#;

/// What expansions join with names, as literals for `concat!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __framing {
    (open) => {
        "[[ ## "
    };
    (close) => {
        " ## ]]"
    };
    (note) => {
        "        # note: the value you produce "
    };
    (valid) => {
        " (must be formatted as a valid Python "
    };
    (then) => {
        ", then "
    };
}
