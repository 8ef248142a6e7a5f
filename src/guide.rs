// The chapter on the protocol, as a page of the docs: docs/protocol.md is the text, and each of its Rust blocks a test.
#![doc = include_str!("../docs/protocol.md")]
#![doc(test(attr(feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr))))]
