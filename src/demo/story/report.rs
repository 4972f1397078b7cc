//! What a story did and saw, a line a step.

use serde_json::json;

/// How steps are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Lines,
    Json,
}

/// Prints the steps as they happen and remembers how many held.
pub struct Report {
    form: Form,
    planned: usize,
    held: usize,
}

#[expect(clippy::print_stdout, reason = "the story is told on standard output")]
impl Report {
    #[must_use]
    pub fn new(form: Form, planned: usize) -> Self {
        Self { form, planned, held: 0 }
    }

    /// A step that held, and what was seen.
    pub fn ok(&mut self, step: &str, seen: &str) {
        self.held += 1;
        match self.form {
            Form::Lines => println!("ok {step}: {seen}"),
            Form::Json => println!("{}", json!({ "step": step, "ok": true, "seen": seen })),
        }
    }

    /// The step at which the story ended, with the last request and its answer.
    pub fn failed(&self, step: &str, error: &anyhow::Error, request: &str, answer: &str) {
        let why = format!("{error:#}");
        match self.form {
            Form::Lines => println!("failed {step}: {why}\n--- request\n{request}\n--- answer\n{answer}"),
            Form::Json => {
                let line = json!({ "step": step, "ok": false, "why": why, "request": request, "answer": answer });
                println!("{line}");
            }
        }
    }

    /// The last line. True only when every step held.
    #[must_use]
    pub fn end(self) -> bool {
        match self.form {
            Form::Lines => println!("story: {} of {} steps", self.held, self.planned),
            Form::Json => println!("{}", json!({ "story": { "held": self.held, "of": self.planned } })),
        }
        self.held == self.planned
    }
}
