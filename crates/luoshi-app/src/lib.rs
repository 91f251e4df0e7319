//! The use cases: authorise, load, decide, append, read.
