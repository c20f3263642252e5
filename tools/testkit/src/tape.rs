//! The events of a conversation, step by step, and how they are printed.

use serde_json::Value;

use crate::redact::SocketIds;

/// The event name under which answers are recorded.
pub(crate) const ACK: &str = "ack";
/// The event name under which the end of a connection is recorded.
pub(crate) const DISCONNECT: &str = "disconnect";

/// All that was sent and received since the recorder started.
pub(crate) struct Tape {
    /// The first step has no title: it is the preparation.
    steps: Vec<Step>,
    pub ids: SocketIds,
}

struct Step {
    title: Option<String>,
    lines: Vec<Line>,
}

struct Line {
    client: String,
    direction: Direction,
    event: String,
    args: Vec<Value>,
    /// A test has waited for this line already.
    awaited: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Sent,
    Received,
}

impl Tape {
    pub fn new() -> Tape {
        Tape {
            steps: vec![Step::new(None)],
            ids: SocketIds::default(),
        }
    }

    pub fn begin_step(&mut self, title: &str) {
        self.steps.push(Step::new(Some(title.to_owned())));
    }

    pub fn sent(&mut self, client: &str, event: &str, args: Vec<Value>) {
        self.add(client, Direction::Sent, event, args);
    }

    pub fn received(&mut self, client: &str, event: &str, args: Vec<Value>) {
        self.add(client, Direction::Received, event, args);
    }

    pub fn sent_raw(&mut self, client: &str, packet: &str) {
        self.sent(client, &raw(packet), vec![]);
    }

    pub fn received_raw(&mut self, client: &str, packet: &str) {
        self.received(client, &raw(packet), vec![]);
    }

    fn add(&mut self, client: &str, direction: Direction, event: &str, args: Vec<Value>) {
        let line = Line {
            client: client.to_owned(),
            direction,
            event: event.to_owned(),
            args,
            awaited: false,
        };
        self.current_lines().push(line);
    }

    /// Keeps the newest line from being waited for again.
    pub fn mark_last_awaited(&mut self) {
        if let Some(line) = self.current_lines().last_mut() {
            line.awaited = true;
        }
    }

    /// The payload of the first event of this name in the current step that
    /// no test has waited for yet.
    pub fn take_awaited(&mut self, client: &str, event: &str) -> Option<Value> {
        let line = self
            .current_lines()
            .iter_mut()
            .find(|line| line.brought(client, event) && !line.awaited)?;
        line.awaited = true;
        Some(payload(&line.args))
    }

    /// The payloads of every event of this name that the client received.
    pub fn payloads(&self, client: &str, event: &str) -> Vec<Value> {
        let lines = self.steps.iter().flat_map(|step| &step.lines);
        lines
            .filter(|line| line.brought(client, event))
            .map(|line| payload(&line.args))
            .collect()
    }

    /// The steps as text, without the preparation.
    pub fn print(&self) -> String {
        self.print_steps(&self.steps[1..])
    }

    /// Fails the test with this sentence and everything recorded so far.
    pub fn fail(&self, sentence: &str) -> ! {
        let so_far = self.print_steps(&self.steps);
        panic!("{sentence} The tape so far:\n\n{so_far}")
    }

    fn print_steps(&self, steps: &[Step]) -> String {
        let steps: Vec<_> = steps.iter().map(|step| step.print(&self.ids)).collect();
        steps.join("\n")
    }

    fn current_lines(&mut self) -> &mut Vec<Line> {
        let last = self.steps.len() - 1;
        &mut self.steps[last].lines
    }
}

impl Step {
    fn new(title: Option<String>) -> Step {
        Step {
            title,
            lines: Vec::new(),
        }
    }

    fn print(&self, ids: &SocketIds) -> String {
        let title = self.title.as_deref().unwrap_or("(preparation)");
        // A stable sort: the lines of one client stay in the order they happened.
        let mut lines: Vec<_> = self.lines.iter().collect();
        lines.sort_by_key(|line| &line.client);
        let lines: String = lines.iter().map(|line| line.print(ids)).collect();
        format!("== {title}\n{lines}")
    }
}

impl Line {
    fn brought(&self, client: &str, event: &str) -> bool {
        self.direction == Direction::Received && self.client == client && self.event == event
    }

    fn print(&self, ids: &SocketIds) -> String {
        let arrow = match self.direction {
            Direction::Sent => "->",
            Direction::Received => "<-",
        };
        let args: String = self
            .args
            .iter()
            .map(|arg| format!(" {}", ids.redact(arg)))
            .collect();
        format!("{} {arrow} {}{args}\n", self.client, self.event)
    }
}

/// A packet as it crossed the wire, kept on one line.
fn raw(packet: &str) -> String {
    let mut line = "raw ".to_owned();
    for character in packet.chars() {
        match character.is_control() {
            true => line.extend(character.escape_default()),
            false => line.push(character),
        }
    }
    line
}

/// Events have one payload as a rule. None at all is `null`, and several
/// become a list.
pub(crate) fn payload(args: &[Value]) -> Value {
    match args {
        [] => Value::Null,
        [one] => one.clone(),
        several => several.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_are_grouped_by_step_and_then_by_client() {
        let mut tape = Tape::new();
        tape.sent("Bob", "prepare", vec![]);
        tape.begin_step("first");
        tape.received("Bob", "b", vec![json!(1)]);
        tape.sent("Ada", "z", vec![json!({ "b": 1, "a": "x" })]);
        tape.received("Ada", "a", vec![]);
        tape.begin_step("empty");
        tape.begin_step("last");
        tape.received("Ada", "two", vec![json!(1), json!([2])]);
        let printed = concat!(
            "== first\n",
            "Ada -> z {\"a\":\"x\",\"b\":1}\n",
            "Ada <- a\n",
            "Bob <- b 1\n",
            "\n",
            "== empty\n",
            "\n",
            "== last\n",
            "Ada <- two 1 [2]\n",
        );
        assert_eq!(tape.print(), printed);
        assert_eq!(
            tape.print_steps(&tape.steps),
            format!("== (preparation)\nBob -> prepare\n\n{printed}")
        );
    }

    #[test]
    fn an_event_is_awaited_once_and_in_its_own_step() {
        let mut tape = Tape::new();
        tape.received("Ada", "tick", vec![json!(0)]);
        tape.begin_step("now");
        tape.received("Ada", "tick", vec![json!(1)]);
        tape.received("Ada", "tick", vec![json!(2)]);
        assert_eq!(tape.take_awaited("Bob", "tick"), None);
        assert_eq!(tape.take_awaited("Ada", "tick"), Some(json!(1)));
        assert_eq!(tape.take_awaited("Ada", "tick"), Some(json!(2)));
        assert_eq!(tape.take_awaited("Ada", "tick"), None);
        assert_eq!(tape.payloads("Ada", "tick"), [json!(0), json!(1), json!(2)]);
    }
}
