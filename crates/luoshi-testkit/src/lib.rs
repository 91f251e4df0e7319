//! What tests share: a PostgreSQL of their own, folders, samples.
