use jiff::civil::Date;

/// What a reading of time words needs to know from outside.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Context {
    /// The day of issue: years that are missing or masked run forward from the first day of its
    /// month.
    pub anchor: Date,
}

impl Context {
    /// A context for a text issued on `anchor`.
    pub fn new(anchor: Date) -> Self {
        Self { anchor }
    }
}
