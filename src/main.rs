//! The command line: parse the arguments, call `app`, turn the result into an exit code.

fn main() {}
