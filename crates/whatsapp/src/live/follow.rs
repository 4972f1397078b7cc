//! The task behind a client: takes what the library tells, one by one, and turns it into what the server is told. When the
//! client has come to its end it stops it, does the key work that the end asks for, and says why.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use whatsapp_rust::bot::BotHandle;
use whatsapp_rust::pair_code::PairError;
use whatsapp_rust::wacore::types::events::{ConnectFailureReason, Event as Heard, PairSuccess, Receipt};
use whatsapp_rust::wacore::types::presence::ReceiptType;

use super::client::{Made, remake};
use super::line::{Line, Standing, Stop};
use super::linking::{self, Linking, Wish};
use super::passkey::Gate;
use super::patience::{self, Patience};
use super::receiving::InHand;
use super::sending;
use crate::{Event, Halt, LinkFailure, UnlinkReason};

/// How long a device that was accepted may take to be stored.
const STORING_MS: i64 = 20_000;
/// How long logging out waits for a connection over which it can be said.
const REACHED_WITHIN: Duration = Duration::from_secs(20);
/// How long closing waits for WhatsApp to be told what was saved.
const ACKNOWLEDGING_MS: i64 = 5_000;

pub(super) struct Follower {
    line: Arc<Line>,
    handle: BotHandle,
    heard: mpsc::Receiver<Arc<Heard>>,
    is_stored: watch::Receiver<bool>,
    in_hand: InHand,
    stopped: watch::Receiver<Stop>,
    linking: Option<Linking>,
    gate: watch::Receiver<Gate>,
    /// What asking for a code came to, when it came to nothing.
    no_code: (mpsc::Sender<PairError>, mpsc::Receiver<PairError>),
    patience: Patience,
}

/// How it ended with a client.
enum End {
    /// Whoever stopped it does the rest.
    Stopped,
    LinkFailed(LinkFailure),
    Unlinked(UnlinkReason),
    /// The link stands, and WhatsApp lets us in no more; perhaps it says until when.
    Halted(Halt, Option<i64>),
    /// It ended without a word.
    Lost,
}

/// What comes next.
enum Next {
    Stop,
    Heard(Arc<Heard>),
    NoCode(PairError),
    CodeOver,
    /// Whoever gave the passkey took a step.
    AtGate,
    GateOver,
    Gone,
}

impl Follower {
    pub fn new(line: Arc<Line>, made: Made, wish: Option<Wish>, stopped: watch::Receiver<Stop>) -> Self {
        let linking = wish.map(Linking::new);
        let Made { handle, heard, is_stored, in_hand } = made;
        Self {
            gate: line.gate(),
            line,
            handle,
            heard,
            is_stored,
            in_hand,
            stopped,
            linking,
            no_code: mpsc::channel(1),
            patience: Patience::default(),
        }
    }

    pub async fn run(mut self) {
        loop {
            let end = self.follow().await;
            if matches!(end, End::Stopped) {
                self.lets_go().await;
            }
            self.line.runs(None);
            self.handle.client().disconnect().await;
            (&mut self.handle).await;
            let pause_ms = match &end {
                End::Halted(reason, until_ms) if self.linking.is_none() => {
                    self.tells(Event::Halted { reason: *reason }).await;
                    patience::halt_ms(*until_ms, self.line.now_ms())
                }
                End::Lost if self.linking.is_none() => {
                    self.tells(Event::Disconnected).await;
                    self.patience.next_ms()
                }
                _ => return self.ends(end).await,
            };
            if !self.comes_back(pause_ms).await {
                return;
            }
        }
    }

    /// Until the client has come to its end.
    async fn follow(&mut self) -> End {
        loop {
            let end = match self.next().await {
                Next::Stop => Some(End::Stopped),
                Next::Heard(event) => self.hears(&event).await,
                Next::NoCode(error) => linking::failure(&error).map(End::LinkFailed),
                Next::CodeOver => self.code_is_over().await,
                Next::AtGate => None,
                Next::GateOver => Some(End::LinkFailed(self.gate.borrow().failure())),
                Next::Gone => Some(End::Lost),
            };
            if let Some(end) = end {
                return end;
            }
        }
    }

    async fn next(&mut self) -> Next {
        let gate_due_ms = self.gate.borrow_and_update().due_ms();
        // At the gate there is no code any more.
        let due_ms = gate_due_ms.or_else(|| self.linking.as_ref().and_then(Linking::due_ms));
        let clock = Arc::clone(&self.line.shared.surroundings);
        let is_due = async {
            match due_ms {
                Some(due_ms) => clock.sleep_until(due_ms).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // Whoever ends it goes first, and what the library told comes before its end.
            biased;
            _ = self.stopped.wait_for(Stop::is_asked) => Next::Stop,
            Some(event) = self.heard.recv() => Next::Heard(event),
            Some(error) = self.no_code.1.recv() => Next::NoCode(error),
            Ok(()) = self.gate.changed() => Next::AtGate,
            () = is_due => if gate_due_ms.is_some() { Next::GateOver } else { Next::CodeOver },
            () = &mut self.handle => Next::Gone,
        }
    }

    async fn hears(&mut self, heard: &Heard) -> Option<End> {
        match heard {
            Heard::Connected(_) => self.connected().await,
            Heard::Disconnected(_) if self.linking.is_none() => self.tells(Event::Disconnected).await,
            Heard::Receipt(receipt) => self.receipt(receipt).await,
            Heard::SelfPushNameUpdated(name) if self.linking.is_none() => {
                self.tells(Event::Renamed { profile_name: name.new_name.clone() }).await;
            }
            Heard::LoggedOut(out) => return Some(self.ended(unlink_reason(&out.reason))),
            Heard::StreamReplaced(_) => return Some(self.ended(UnlinkReason::ReplacedElsewhere)),
            Heard::TemporaryBan(ban) => {
                let until_ms = (!ban.expire.is_zero()).then(|| self.line.now_ms() + ban.expire.num_milliseconds());
                return Some(self.halted(Halt::Banned, until_ms));
            }
            Heard::ClientOutdated(_) => {
                self.line.shared.forget_version().await;
                return Some(self.halted(Halt::Outdated, None));
            }
            // Those the library tries again by itself.
            Heard::ConnectFailure(failure) if !failure.reason.should_reconnect() => {
                return Some(self.halted(Halt::Refused, None));
            }
            _ if self.linking.is_some() && self.gate.borrow().is_shut() => return self.hears_at_gate(heard).await,
            _ if self.linking.is_some() => return self.hears_of_linking(heard).await,
            _ => {}
        }
        None
    }

    /// A link that was not told yet is no link.
    fn ended(&self, reason: UnlinkReason) -> End {
        match &self.linking {
            Some(linking) if linking.is_wrong_phone() => End::LinkFailed(LinkFailure::WrongPhone),
            Some(_) => End::LinkFailed(LinkFailure::Network),
            None => End::Unlinked(reason),
        }
    }

    fn halted(&self, reason: Halt, until_ms: Option<i64>) -> End {
        match self.linking {
            Some(_) => End::LinkFailed(LinkFailure::Network),
            None => End::Halted(reason, until_ms),
        }
    }

    async fn hears_of_linking(&mut self, heard: &Heard) -> Option<End> {
        let now_ms = self.line.now_ms();
        let linking = self.linking.as_mut()?;
        match heard {
            Heard::Disconnected(_) => linking.lost(),
            Heard::PairingQrCode(qr) => {
                let asks = linking.qr_came();
                let valid_until_ms = now_ms + millis(qr.timeout);
                self.tells(Event::QrCode { payload: qr.code.clone(), valid_until_ms }).await;
                if asks {
                    self.asks_for_a_code();
                }
            }
            Heard::PairingCode(code) => {
                let valid_until_ms = now_ms + millis(code.timeout);
                linking.code_came(valid_until_ms);
                self.tells(Event::LinkCode { code: code.code.clone(), valid_until_ms }).await;
            }
            Heard::PairingCodeRefresh(_) if linking.accepted_by.is_none() => {
                let asks = linking.code_refused();
                if !asks {
                    return Some(End::LinkFailed(LinkFailure::TooManyAttempts));
                }
                self.tells(Event::WrongCode).await;
                self.asks_for_a_code();
            }
            Heard::PairingQrCodesExhausted(over) if over.disconnected => {
                return Some(End::LinkFailed(LinkFailure::Expired));
            }
            Heard::PairingQrCodesExhausted(_) => linking.qr_codes_are_over(),
            Heard::PairSuccess(success) => return self.accepted(success).await,
            Heard::PairError(error) => return Some(End::LinkFailed(pair_failure(&error.error))),
            Heard::PairPasskeyRequest(_) | Heard::PairPasskeyConfirmation(_) | Heard::PairPasskeyError(_) => {
                return self.hears_of_passkey(heard).await;
            }
            _ => {}
        }
        None
    }

    /// While WhatsApp waits for the passkey nothing else counts: the library goes on showing QR codes, and asks for another
    /// code since the one that was typed came to nothing so far.
    async fn hears_at_gate(&mut self, heard: &Heard) -> Option<End> {
        let loss = self.gate.borrow().loss(self.line.now_ms());
        match heard {
            // With the connection the question is lost.
            Heard::Disconnected(_) => Some(End::LinkFailed(loss)),
            Heard::PairSuccess(success) => {
                self.line.at_gate(|gate| *gate = Gate::Open);
                self.accepted(success).await
            }
            Heard::PairError(error) => Some(End::LinkFailed(match pair_failure(&error.error) {
                LinkFailure::Unsupported => LinkFailure::Unsupported,
                _ => LinkFailure::PasskeyFailed,
            })),
            _ => self.hears_of_passkey(heard).await,
        }
    }

    async fn hears_of_passkey(&mut self, heard: &Heard) -> Option<End> {
        let now_ms = self.line.now_ms();
        let told = match heard {
            Heard::PairPasskeyRequest(request) => {
                self.line.at_gate(|gate| gate.ask(&request.request_options_json, now_ms))
            }
            // Nobody may skip the comparison: that is for links that are renewed, and each begins without keys here.
            Heard::PairPasskeyConfirmation(shown) => self.line.at_gate(|gate| gate.compare(&shown.code, now_ms)),
            Heard::PairPasskeyError(_) => None,
            _ => return None,
        };
        let Some(event) = told else { return Some(End::LinkFailed(LinkFailure::PasskeyFailed)) };
        self.tells(event).await;
        None
    }

    /// Asks beside what goes on: it takes a while, and QR codes come meanwhile. A code that comes is told by the library.
    fn asks_for_a_code(&self) {
        let (Some(linking), Some(client)) = (&self.linking, self.line.client()) else { return };
        let (options, no_code) = (linking.wish.options(), self.no_code.0.clone());
        tokio::spawn(async move {
            if let Err(error) = client.pair_with_code(options).await
                && !error.lost_the_flow_to_another_request()
            {
                // One is enough to end it.
                let _ = no_code.try_send(error);
            }
        });
    }

    async fn code_is_over(&mut self) -> Option<End> {
        let is_over = self.linking.as_mut()?.code_is_over();
        if let Some(client) = self.line.client() {
            client.cancel_pair_code().await;
        }
        is_over.then_some(End::LinkFailed(LinkFailure::Expired))
    }

    /// A phone accepted us. The link is told once it can be found again.
    async fn accepted(&mut self, success: &PairSuccess) -> Option<End> {
        let linking = self.linking.as_mut()?;
        linking.accepted_by = Some(success.id.user.to_string());
        let (is_wrong, device_name) = (linking.is_wrong_phone(), linking.wish.device_name.clone());
        self.tells(Event::Confirming).await;
        if is_wrong {
            // It is undone as soon as we are connected.
            return None;
        }
        let until_ms = self.line.now_ms() + STORING_MS;
        let clock = Arc::clone(&self.line.shared.surroundings);
        let is_stored = tokio::select! {
            stored = self.is_stored.wait_for(|stored| *stored) => stored.is_ok(),
            () = clock.sleep_until(until_ms) => false,
        };
        if !is_stored {
            return Some(End::LinkFailed(LinkFailure::Network));
        }
        self.linking = None;
        self.line.stands(Standing::Linked);
        let (phone, profile_name) = (success.id.user.to_string(), success.business_name.clone());
        self.tells(Event::Linked { phone, profile_name, device_name }).await;
        None
    }

    async fn connected(&mut self) {
        self.patience.connected();
        if self.linking.is_none() {
            sending::sweep(&self.line).await;
            self.tells(Event::Connected).await;
        } else if let Some(client) = self.line.client() {
            // Another phone than the one that was to be linked. What follows is that we are logged out.
            client.logout().await;
        }
    }

    /// Receipts of our own devices say nothing about the other side.
    async fn receipt(&mut self, receipt: &Receipt) {
        if receipt.source.is_from_me {
            return;
        }
        let at_ms = receipt.timestamp.timestamp_millis();
        for wa_id in &receipt.message_ids {
            let Ok(Some(id)) = sending::our_id(&self.line, wa_id).await else { continue };
            match receipt.r#type {
                ReceiptType::Delivered => self.tells(Event::Delivered { id, at_ms }).await,
                ReceiptType::Read | ReceiptType::Played => self.tells(Event::Read { id, at_ms }).await,
                _ => {}
            }
        }
    }

    async fn tells(&mut self, event: Event) {
        self.line.tells(event, &mut self.stopped).await;
    }

    /// What WhatsApp and the phone are to know before the connection goes. Once it is stopped, messages that nobody saved are
    /// put down at once.
    async fn lets_go(&self) {
        let clock = &self.line.shared.surroundings;
        tokio::select! {
            () = self.in_hand.is_empty() => {}
            () = clock.sleep_until(self.line.now_ms() + ACKNOWLEDGING_MS) => {}
        }
        if *self.stopped.borrow() == Stop::LogOut {
            self.says_goodbye().await;
        }
    }

    /// The phone is told over the connection there is, or not at all: then it lists a device that never comes again.
    async fn says_goodbye(&self) {
        let client = self.handle.client();
        if let Err(error) = client.wait_for_connected(REACHED_WITHIN).await {
            let session_id = self.line.session_id.as_str();
            tracing::warn!(session_id, %error, "live: a phone could not be told that its device is gone");
        }
        client.logout().await;
    }

    /// Makes the client anew. False when it is stopped meanwhile.
    async fn comes_back(&mut self, pause_ms: i64) -> bool {
        let made = remake(&self.line, &mut self.stopped, &mut self.patience, pause_ms).await;
        let Some(Made { handle, heard, is_stored, in_hand }) = made else { return false };
        (self.handle, self.heard, self.is_stored, self.in_hand) = (handle, heard, is_stored, in_hand);
        true
    }

    /// The key work of an end, and its last word.
    async fn ends(&mut self, end: End) {
        let (standing, event) = match end {
            End::Stopped => return,
            End::Lost | End::Halted(..) => (Standing::Unlinked, Event::LinkFailed { reason: LinkFailure::Network }),
            End::LinkFailed(reason) => (Standing::Unlinked, Event::LinkFailed { reason }),
            // Keys that another session uses now are not ours to forget.
            End::Unlinked(reason @ UnlinkReason::ReplacedElsewhere) => (Standing::Over, Event::Unlinked { reason }),
            End::Unlinked(reason) => (Standing::Unlinked, Event::Unlinked { reason }),
        };
        if standing == Standing::Unlinked
            && let Err(error) = self.line.forgets().await
        {
            let session_id = self.line.session_id.as_str();
            tracing::error!(session_id, %error, "live: could not forget the keys of a link that is over");
        }
        self.line.stands(standing);
        self.tells(event).await;
    }
}

fn unlink_reason(reason: &ConnectFailureReason) -> UnlinkReason {
    match reason {
        ConnectFailureReason::AccountLocked => UnlinkReason::Blocked,
        _ => UnlinkReason::UnlinkedOnPhone,
    }
}

/// Accounts that are on the Cloud API too are signed in a way that the library's version does not know.
fn pair_failure(error: &str) -> LinkFailure {
    if error.contains("signature") { LinkFailure::Unsupported } else { LinkFailure::Network }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
