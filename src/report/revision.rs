//! What people make of a compiled report: sections rewritten, steps taken, and a fresh compilation under their words.
//!
//! A section is edited as the text that people read: its Markdown, and its gaps as boxes to tick. Whoever takes a box
//! away has filled the gap. Must not know who may do this or when. Invariant: a step changes what it says it changes
//! and nothing else, and is written down in the history.

use super::{FinalReport, Made, Section, Someone, Step, StepKind, Written, markdown};
use crate::domain::ReportState;
use crate::domain::text::tidy;

impl Made {
    pub(super) fn step(&self, what: StepKind, note: String) -> Step {
        Step { what, version: self.version, by: Someone::from(&self.by), at: self.at, note }
    }
}

impl Section {
    /// The section as people edit it.
    #[must_use]
    pub fn to_text(&self) -> String {
        markdown::section(self)
    }

    /// Takes in what somebody wrote. Boxes that are still there stay gaps.
    fn rewrite(&mut self, text: &str, made: &Made) {
        let text = tidy(text);
        let boxes: Vec<String> = self.gaps.iter().map(|gap| markdown::gap_box(gap)).collect();
        let place = |line: &str| boxes.iter().position(|one| one.trim() == line.trim());
        let (mut left, mut kept) = (vec![false; boxes.len()], Vec::new());
        for line in text.lines() {
            match place(line) {
                Some(place) => left[place] = true,
                None => kept.push(line.trim_end()),
            }
        }
        let mut left = left.into_iter();
        self.gaps.retain(|_| left.next().unwrap_or_default());
        self.markdown = kept.join("\n").trim().to_owned();
        self.written = Some(Written { by: Someone::from(&made.by), at: made.at });
    }
}

impl FinalReport {
    /// The section with this key.
    #[must_use]
    pub fn section(&self, key: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.key == key)
    }

    /// The section that `named` means: by key or by heading, in any case.
    #[must_use]
    pub fn find_section(&self, named: &str) -> Option<&Section> {
        let named = named.trim();
        let is_it = |section: &&Section| {
            section.key.eq_ignore_ascii_case(named) || section.title.to_lowercase() == named.to_lowercase()
        };
        self.sections.iter().find(is_it)
    }

    /// The next version, in which the section `key` says `text`.
    #[must_use]
    pub fn rewritten(mut self, key: &str, text: &str, made: &Made) -> Self {
        (self.version, self.state) = (made.version, ReportState::Draft);
        if let Some(section) = self.sections.iter_mut().find(|section| section.key == key) {
            section.rewrite(text, made);
            let title = section.title.clone();
            self.history.push(made.step(StepKind::Edited, title));
        }
        self
    }

    /// The report in another state; `note` says why, where there is a reason.
    #[must_use]
    pub fn brought_to(mut self, state: ReportState, note: &str, made: &Made) -> Self {
        let what = match state {
            ReportState::Draft => StepKind::Drafted,
            ReportState::Submitted => StepKind::Submitted,
            ReportState::Approved => StepKind::Approved,
            ReportState::Returned => StepKind::Returned,
        };
        (self.version, self.state) = (made.version, state);
        self.history.push(made.step(what, note.to_owned()));
        self
    }

    /// A fresh compilation that keeps what people wrote in `earlier`: their sections, and the history.
    #[must_use]
    pub fn keeping(mut self, earlier: &Self) -> Self {
        for section in &mut self.sections {
            if let Some(written) = earlier.section(&section.key).filter(|section| section.written.is_some()) {
                section.clone_from(written);
            }
        }
        self.history = earlier.history.iter().cloned().chain(self.history).collect();
        self
    }

    /// The sections that somebody wrote.
    pub fn written(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(|section| section.written.is_some())
    }
}
