//! The table of section 1.
use serde_json::{Value, json};
use sigflow_core::Reason;

/// A row of section 1: the name, its category, what its schema says, the least and the greatest value that hold, and
/// the nearest that do not, with the reason.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
    pub(crate) schema: Value,
    pub(crate) holds: Vec<Value>,
    pub(crate) refused: Vec<(Value, Reason)>,
}

fn text(length: usize) -> String {
    // words and not one letter again and again, which no reasoning is
    "reasons "
        .chars()
        .cycle()
        .take(length - 1)
        .chain(['.'])
        .collect()
}

fn step(number: usize, thought: usize, reasoning: usize) -> Value {
    let numbered = |length: usize, mark: &str| {
        let mark = format!("{mark}{number} ");
        let rest = length.saturating_sub(mark.chars().count()).max(1);
        format!("{mark}{}", text(rest.max(2)))
    };
    json!({"step_number": number, "thought": numbered(thought, "T"), "reasoning": numbered(reasoning, "Because ")})
}

fn steps(count: usize) -> Value {
    (1..=count).map(|number| step(number, 20, 40)).collect()
}

fn usage(total: u64) -> Value {
    json!({"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": total})
}

fn result(success: bool, error: &Value) -> Value {
    json!({"tool_name": "t", "result": [1], "success": success, "error": error})
}

fn call(name: usize) -> Value {
    json!({"function_name": "n".repeat(name), "arguments": {}})
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row {
            name: "prompt_template",
            category: "text",
            schema: json!({"type": "string", "minLength": 1, "maxLength": 100_000}),
            holds: vec![json!("x"), json!("x".repeat(100_000)), json!("{{_a9}} {x}")],
            refused: vec![
                (json!("x".repeat(100_001)), Reason::TooLarge),
                (json!("{{a}"), Reason::Check),
                (json!("a}}"), Reason::Check),
                (json!("{{9a}}"), Reason::Check),
            ],
        },
        Row {
            name: "reasoning_step",
            category: "reasoning",
            schema: json!({
                "type": "object",
                "properties": {
                    "step_number": {"type": "integer", "format": "uint32", "minimum": 1},
                    "thought": {"type": "string", "minLength": 10, "maxLength": 1_000},
                    "reasoning": {"type": "string", "minLength": 20, "maxLength": 2_000},
                    "confidence": {
                        "type": ["number", "null"], "format": "double", "minimum": 0, "maximum": 1, "default": null,
                    },
                },
                "required": ["step_number", "thought", "reasoning"],
            }),
            holds: vec![step(1, 10, 20), step(1, 1_000, 2_000)],
            refused: vec![
                (step(0, 20, 40), Reason::Below),
                (step(1, 9, 40), Reason::TooSmall),
                (step(1, 1_001, 40), Reason::TooLarge),
                (step(1, 20, 19), Reason::TooSmall),
                (step(1, 20, 2_001), Reason::TooLarge),
                (
                    json!({"step_number": 1, "thought": text(20)}),
                    Reason::Missing,
                ),
                (
                    json!({"step_number": 1, "reasoning": text(40)}),
                    Reason::Missing,
                ),
                // complete, and of some quality
                (
                    json!({"step_number": 1, "thought": "-".repeat(20), "reasoning": text(40)}),
                    Reason::Check,
                ),
                (
                    json!({"step_number": 1, "thought": text(40), "reasoning": text(40)}),
                    Reason::Check,
                ),
            ],
        },
        Row {
            name: "reasoning_chain",
            category: "reasoning",
            schema: json!({
                "type": "array",
                "items": {"$ref": "#/$defs/ReasoningStep"},
                "minItems": 1,
                "maxItems": 50,
            }),
            holds: vec![steps(1), steps(50)],
            refused: vec![
                (json!([]), Reason::TooSmall),
                (steps(51), Reason::TooLarge),
                (json!([step(2, 20, 40)]), Reason::Check),
                (json!([step(1, 20, 40), step(3, 20, 40)]), Reason::Check),
            ],
        },
        Row {
            name: "confidence_score",
            category: "numeric",
            schema: json!({
                "type": "number", "format": "double", "minimum": 0, "maximum": 1,
            }),
            holds: vec![json!(0), json!(1), json!("0.5"), json!("85%")],
            refused: vec![
                (json!(-0.000_001), Reason::Below),
                (json!(1.000_001), Reason::Above),
            ],
        },
        Row {
            name: "probability",
            category: "numeric",
            schema: json!({
                "type": "number", "format": "double", "minimum": 0, "maximum": 1,
            }),
            holds: vec![json!(0), json!(1)],
            refused: vec![(json!(-0.1), Reason::Below), (json!(1.1), Reason::Above)],
        },
        Row {
            name: "similarity_score",
            category: "numeric",
            schema: json!({
                "type": "number", "format": "double", "minimum": -1, "maximum": 1,
            }),
            holds: vec![json!(-1), json!(1)],
            refused: vec![(json!(-1.1), Reason::Below), (json!(1.1), Reason::Above)],
        },
        Row {
            name: "token_count",
            category: "metrics",
            schema: json!({
                "type": "integer", "format": "uint32", "minimum": 0, "maximum": 1_000_000,
            }),
            holds: vec![json!(0), json!(1_000_000)],
            refused: vec![
                (json!(-1), Reason::Below),
                (json!(1_000_001), Reason::Above),
            ],
        },
        Row {
            name: "token_usage",
            category: "metrics",
            schema: json!({
                "type": "object",
                "properties": {
                    "prompt_tokens": {"type": "integer", "format": "uint64", "minimum": 0},
                    "completion_tokens": {"type": "integer", "format": "uint64", "minimum": 0},
                    "total_tokens": {"type": "integer", "format": "uint64", "minimum": 0},
                },
                "required": ["prompt_tokens", "completion_tokens", "total_tokens"],
            }),
            holds: vec![usage(3)],
            refused: vec![(usage(2), Reason::Check), (usage(4), Reason::Check)],
        },
        Row {
            name: "embedding",
            category: "vector",
            schema: json!({
                "type": "array", "items": {"type": "number", "format": "float"}, "minItems": 1, "maxItems": 10_000,
            }),
            holds: vec![json!([1]), json!(vec![0.5; 10_000])],
            refused: vec![
                (json!([]), Reason::TooSmall),
                (json!(vec![0.5; 10_001]), Reason::TooLarge),
                (json!(["x"]), Reason::Mismatch),
                (json!([1e200]), Reason::NotFinite),
                (json!([0, 0]), Reason::ZeroMagnitude),
            ],
        },
        Row {
            name: "function_call",
            category: "function",
            schema: json!({
                "type": "object",
                "properties": {
                    "function_name": {"type": "string", "minLength": 1, "maxLength": 100},
                    "arguments": {"type": "object", "additionalProperties": true},
                    "call_id": {"type": ["string", "null"], "default": null},
                },
                "required": ["function_name", "arguments"],
            }),
            holds: vec![call(1), call(100)],
            refused: vec![
                (call(0), Reason::TooSmall),
                (call(101), Reason::TooLarge),
                (
                    json!({"function_name": "n", "arguments": [1]}),
                    Reason::Mismatch,
                ),
            ],
        },
        Row {
            name: "tool_result",
            category: "function",
            schema: json!({
                "type": "object",
                "properties": {
                    "tool_name": {"type": "string", "minLength": 1, "maxLength": 100},
                    "result": {"default": null},
                    "success": {"type": "boolean"},
                    "error": {"type": ["string", "null"], "default": null},
                },
                "required": ["tool_name", "success"],
            }),
            holds: vec![result(true, &Value::Null), result(false, &json!("no"))],
            refused: vec![
                (result(true, &json!("no")), Reason::Check),
                (result(false, &Value::Null), Reason::Check),
            ],
        },
        Row {
            name: "model_output",
            category: "model",
            schema: json!({
                "type": "object",
                "properties": {
                    "content": {"type": "string"},
                    "model": {"type": "string"},
                    "usage": {"anyOf": [{"$ref": "#/$defs/TokenUsage"}, {"type": "null"}], "default": null},
                    "finish_reason": {"type": ["string", "null"], "default": null},
                },
                "required": ["content", "model"],
            }),
            holds: vec![
                json!({"content": "", "model": "m"}),
                json!({"content": "", "model": "m", "usage": usage(3), "finish_reason": "stop"}),
            ],
            refused: vec![(
                json!({"content": "", "model": "m", "usage": usage(9)}),
                Reason::Check,
            )],
        },
    ]
}
