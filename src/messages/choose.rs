//! Which number a text is sent from.

use crate::numbers::{Number, NumberState};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberRefusal {
    /// One answer for a number of somebody else and for one that does not exist: nobody learns which numbers there are.
    #[error("there is no such number in this grant")]
    NotFound,
    #[error("the number is not linked")]
    NotLinked,
    #[error("the grant covers several linked numbers")]
    Several,
}

/// The number `asked` for among those of the workspace that the grant covers; without one, the only one that is linked.
pub fn choose<'n>(covered: &[&'n Number], asked: Option<&str>) -> Result<&'n Number, NumberRefusal> {
    let Some(asked) = asked else { return only_one(covered) };
    let number = covered.iter().find(|number| number.id == asked).ok_or(NumberRefusal::NotFound)?;
    if is_linked(number) { Ok(number) } else { Err(NumberRefusal::NotLinked) }
}

fn only_one<'n>(covered: &[&'n Number]) -> Result<&'n Number, NumberRefusal> {
    let mut linked = covered.iter().filter(|number| is_linked(number));
    match (linked.next(), linked.next()) {
        (Some(number), None) => Ok(number),
        (Some(_), Some(_)) => Err(NumberRefusal::Several),
        (None, _) if covered.is_empty() => Err(NumberRefusal::NotFound),
        (None, _) => Err(NumberRefusal::NotLinked),
    }
}

/// A session that is being started again after a restart holds a link; the queue waits for it.
fn is_linked(number: &Number) -> bool {
    matches!(number.state, NumberState::Linked | NumberState::Starting)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(id: &str, state: NumberState) -> Number {
        Number {
            id: id.to_owned(),
            workspace_id: String::from("ws_1"),
            phone: String::from("447700900123"),
            name: String::from("Front desk"),
            connector: String::from("sandbox"),
            state,
            reason: None,
        }
    }

    fn chosen(states: &[NumberState], asked: Option<&str>) -> Result<String, NumberRefusal> {
        let numbers: Vec<Number> =
            states.iter().enumerate().map(|(index, state)| number(&format!("num_{index}"), *state)).collect();
        choose(&numbers.iter().collect::<Vec<_>>(), asked).map(|number| number.id.clone())
    }

    #[test]
    fn a_named_number_must_be_there_and_linked() {
        use NumberState::{Blocked, Linked, NeedsAttention, NotLinked, Starting};
        assert_eq!(chosen(&[Linked, Linked], Some("num_1")), Ok(String::from("num_1")));
        assert_eq!(chosen(&[Starting], Some("num_0")), Ok(String::from("num_0")));
        assert_eq!(chosen(&[Linked], Some("num_1")), Err(NumberRefusal::NotFound));
        for state in [NotLinked, NeedsAttention, Blocked] {
            assert_eq!(chosen(&[state], Some("num_0")), Err(NumberRefusal::NotLinked), "{state:?}");
        }
    }

    #[test]
    fn without_a_name_there_must_be_no_choice() {
        use NumberState::{Linked, NotLinked};
        assert_eq!(chosen(&[NotLinked, Linked], None), Ok(String::from("num_1")));
        assert_eq!(chosen(&[Linked, NotLinked, Linked], None), Err(NumberRefusal::Several));
        assert_eq!(chosen(&[NotLinked], None), Err(NumberRefusal::NotLinked));
        assert_eq!(chosen(&[], None), Err(NumberRefusal::NotFound));
    }
}
