#![doc = include_str!("../docs/protocol.md")]
#![doc(test(attr(feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr))))]
