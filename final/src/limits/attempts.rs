//! Attempts to log in, to sign up and to confirm a password. They count on all processes: otherwise,
//! each further process would allow an attacker as many again.

use std::{collections::HashSet, num::NonZeroU32, sync::Mutex, time::Duration};

use governor::DefaultKeyedRateLimiter;
use serde::{Deserialize, Serialize};

use super::{Client, Limits, burst, check, limiter, locked};
use crate::{
    error::Refusal,
    ids::UserId,
    names::Name,
    storage::{Bus, Feed, Notice, Received},
};

const CLIENT_REFILL: Duration = Duration::from_secs(5);
/// A person who has forgotten a password makes a few attempts. An attacker who guesses one from
/// one address gets 2,880 attempts a day.
pub const ATTEMPTS_PER_NAME: NonZeroU32 = burst(10);
pub const NAME_REFILL: Duration = Duration::from_secs(30);
/// All addresses together that have never logged in to a name: an attacker with many addresses
/// gets 8,640 attempts a day.
const ATTEMPTS_OF_STRANGERS: NonZeroU32 = burst(100);
const STRANGERS_REFILL: Duration = Duration::from_secs(10);
/// How many pairs of a name and an address are remembered as not strange.
const MAX_KNOWN: usize = 100_000;

/// The form that someone tries.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Form {
    LogIn,
    SignUp,
}

/// Something that another process has counted, and that counts here, too.
#[derive(Debug, Serialize, Deserialize)]
pub enum Counted {
    Client(Form, Client),
    Name(Form, (String, Client)),
    /// The client is no stranger to the name.
    Known(Form, (String, Client)),
    Password(UserId),
}

impl Notice for Counted {
    const TOPIC: &'static str = "limits";
}

/// A limit for each client, for each name that a client tries, and for each name that strangers
/// try. Strangers are clients who have never logged in to it: they cannot lock its owner out of an
/// address from which the owner has logged in before.
#[derive(Debug)]
pub struct Limit {
    form: Form,
    bus: Bus,
    clients: DefaultKeyedRateLimiter<Client>,
    names: DefaultKeyedRateLimiter<(String, Client)>,
    strangers: DefaultKeyedRateLimiter<String>,
    known: Mutex<HashSet<(String, Client)>>,
}

impl Limit {
    pub(super) fn new(form: Form, attempts_per_client: NonZeroU32, bus: &Bus) -> Self {
        Self {
            form,
            bus: bus.clone(),
            clients: limiter(attempts_per_client, CLIENT_REFILL),
            names: limiter(ATTEMPTS_PER_NAME, NAME_REFILL),
            strangers: limiter(ATTEMPTS_OF_STRANGERS, STRANGERS_REFILL),
            known: Mutex::default(),
        }
    }

    /// Counts an attempt of a client.
    pub fn check_client(&self, client: Client) -> Result<(), Refusal> {
        self.count_client(client)?;
        self.bus.send(&Counted::Client(self.form, client));
        Ok(())
    }

    /// Counts an attempt of a client for a name.
    pub fn check_name(&self, client: Client, name: &Name) -> Result<(), Refusal> {
        let pair = (name.key(), client);
        self.count_name(&pair)?;
        self.bus.send(&Counted::Name(self.form, pair));
        Ok(())
    }

    /// From now on, this client is no stranger to this name.
    pub fn remember(&self, client: Client, name: &Name) {
        let pair = (name.key(), client);
        self.bus.send(&Counted::Known(self.form, pair.clone()));
        self.insert_known(pair);
    }

    /// Frees the memory of clients and names that are below their limits again.
    pub(super) fn remove_idle(&self) {
        self.clients.retain_recent();
        self.names.retain_recent();
        self.strangers.retain_recent();
    }

    fn count_client(&self, client: Client) -> Result<(), Refusal> {
        check(&self.clients, &client).map_err(Refusal::TooManyTries)
    }

    fn count_name(&self, pair: &(String, Client)) -> Result<(), Refusal> {
        check(&self.names, pair).map_err(Refusal::TooManyTries)?;
        if locked(&self.known).contains(pair) {
            Ok(())
        } else {
            check(&self.strangers, &pair.0).map_err(Refusal::TooManyTries)
        }
    }

    fn insert_known(&self, pair: (String, Client)) {
        let mut known = locked(&self.known);
        if known.len() < MAX_KNOWN {
            known.insert(pair);
        }
    }
}

impl Limits {
    /// Counts an attempt of a person to confirm their password.
    pub fn check_password(&self, user: UserId) -> Result<(), Refusal> {
        self.password_checks.check(user)?;
        self.bus.send(&Counted::Password(user));
        Ok(())
    }

    /// Counts what other processes have counted. While they are out of reach, each has a limit of
    /// its own.
    pub async fn follow(&self, mut notices: Feed<Counted>) {
        loop {
            let Received::Notice(counted) = notices.next().await else {
                continue;
            };
            // A limit that is reached already stays reached.
            let _ = match counted {
                Counted::Client(form, client) => self.of(form).count_client(client),
                Counted::Name(form, pair) => self.of(form).count_name(&pair),
                Counted::Password(user) => self.password_checks.check(user),
                Counted::Known(form, pair) => {
                    self.of(form).insert_known(pair);
                    Ok(())
                }
            };
        }
    }

    fn of(&self, form: Form) -> &Limit {
        match form {
            Form::LogIn => &self.log_in,
            Form::SignUp => &self.sign_up,
        }
    }
}
