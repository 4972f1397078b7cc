//! Which number a text is sent from.

/// A number that the grant covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: String,
    pub linked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberRefusal {
    /// One answer for a number of somebody else and for one that does not exist: nobody learns which numbers there are.
    #[error("the grant covers no such number")]
    NotFound,
    #[error("the number is not linked")]
    NotLinked,
    #[error("the grant covers several linked numbers")]
    Several,
}

/// The number that was asked for, if the grant covers it.
pub fn asked_for(number: Option<Candidate>) -> Result<String, NumberRefusal> {
    let number = number.ok_or(NumberRefusal::NotFound)?;
    if number.linked { Ok(number.id) } else { Err(NumberRefusal::NotLinked) }
}

/// The number that is meant when none was asked for: the only linked one that the grant covers.
pub fn only_one(covered: Vec<Candidate>) -> Result<String, NumberRefusal> {
    let none = if covered.is_empty() { NumberRefusal::NotFound } else { NumberRefusal::NotLinked };
    let mut linked = covered.into_iter().filter(|number| number.linked);
    match (linked.next(), linked.next()) {
        (Some(number), None) => Ok(number.id),
        (Some(_), Some(_)) => Err(NumberRefusal::Several),
        (None, _) => Err(none),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: &str, linked: bool) -> Candidate {
        Candidate { id: id.to_owned(), linked }
    }

    #[test]
    fn a_named_number_must_be_there_and_linked() {
        assert_eq!(asked_for(Some(candidate("one", true))), Ok(String::from("one")));
        assert_eq!(asked_for(Some(candidate("one", false))), Err(NumberRefusal::NotLinked));
        assert_eq!(asked_for(None), Err(NumberRefusal::NotFound));
    }

    #[test]
    fn without_a_name_there_must_be_no_choice() {
        let (off, on, other) = (candidate("off", false), candidate("on", true), candidate("other", true));
        assert_eq!(only_one(vec![off.clone(), on.clone()]), Ok(String::from("on")));
        assert_eq!(only_one(vec![on, off.clone(), other]), Err(NumberRefusal::Several));
        assert_eq!(only_one(vec![off]), Err(NumberRefusal::NotLinked));
        assert_eq!(only_one(vec![]), Err(NumberRefusal::NotFound));
    }
}
