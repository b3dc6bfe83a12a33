//! Tests that drive the real thing through its real door; one binary, one module a subject.

#[cfg(feature = "sandbox")]
mod sandbox;
