//! What holds of reading as a whole.
