//! Rate limits for everything that costs the server or other people something. Those of [`attempts`]
//! count for all processes together, the others for each process.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use serde::{Deserialize, Serialize};

use crate::{config::Config, error::Refusal, ids::UserId, storage::Bus};

mod attempts;

use attempts::{ATTEMPTS_PER_NAME, Form, Limit, NAME_REFILL};

/// The burst of a limit: how often something may happen at once.
pub const fn burst(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    }
}

/// How many connections one person may have. Each costs memory, even an idle one.
const MAX_CONNECTIONS: usize = 100;

/// A teacher who sets up a class creates several channels at once.
const NEW_CHANNELS: NonZeroU32 = burst(20);
const NEW_CHANNEL_REFILL: Duration = Duration::from_secs(60);
/// Each change of a profile is broadcast to everyone.
const PROFILE_CHANGES: NonZeroU32 = burst(20);
const PROFILE_CHANGE_REFILL: Duration = Duration::from_secs(10);
/// How many seconds' worth of requests may come at once: a page that opens, or that was offline,
/// sends many.
const REQUEST_BURST_SECONDS: u32 = 5;

/// A client, as far as limits can tell clients apart by their address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Client(IpAddr);

impl From<IpAddr> for Client {
    /// A household or a server usually gets a whole /64 network of IPv6 addresses, so all
    /// addresses of one network count as one client.
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => {
                let network = u128::from(v6) >> 64 << 64;
                Self(Ipv6Addr::from(network).into())
            }
            v4 => Self(v4),
        }
    }
}

/// All limits.
#[derive(Debug)]
pub struct Limits {
    bus: Bus,
    /// The connections of each person.
    pub connections: Connections,
    /// Attempts to log in.
    pub log_in: Limit,
    /// Channels that a person creates.
    pub new_channels: PerUser,
    /// Attempts to confirm the current password: a stolen session must not allow unlimited guesses.
    password_checks: PerUser,
    /// Changes of a person's profile.
    pub profile_changes: PerUser,
    /// Requests over sockets and to the JSON API, and new connections.
    pub requests: PerUser,
    /// Attempts to sign up.
    pub sign_up: Limit,
}

/// A limit for each person who is logged in.
#[derive(Debug)]
pub struct PerUser(DefaultKeyedRateLimiter<UserId>);

impl Limits {
    /// Fresh limits, with nothing counted yet.
    pub fn new(config: &Config, bus: &Bus) -> Self {
        let attempts = config.attempts_per_address;
        let per_second = config.requests_per_second;
        let at_once = burst(per_second.get().saturating_mul(REQUEST_BURST_SECONDS));
        Self {
            bus: bus.clone(),
            connections: Connections::default(),
            log_in: Limit::new(Form::LogIn, attempts, bus),
            new_channels: PerUser(limiter(NEW_CHANNELS, NEW_CHANNEL_REFILL)),
            password_checks: PerUser(limiter(ATTEMPTS_PER_NAME, NAME_REFILL)),
            profile_changes: PerUser(limiter(PROFILE_CHANGES, PROFILE_CHANGE_REFILL)),
            requests: PerUser(RateLimiter::keyed(
                Quota::per_second(per_second).allow_burst(at_once),
            )),
            sign_up: Limit::new(Form::SignUp, attempts, bus),
        }
    }

    /// Frees the memory of clients, names and people that are below their limits again.
    pub fn remove_idle(&self) {
        for limit in [&self.log_in, &self.sign_up] {
            limit.remove_idle();
        }
        for limit in [
            &self.new_channels,
            &self.password_checks,
            &self.profile_changes,
            &self.requests,
        ] {
            limit.0.retain_recent();
        }
    }
}

/// How many connections each person has.
#[derive(Debug, Clone, Default)]
pub struct Connections(Arc<Mutex<HashMap<UserId, usize>>>);

/// One connection of a person. It is counted until this is dropped.
#[derive(Debug)]
pub struct OpenConnection {
    all: Connections,
    user: UserId,
}

impl Connections {
    /// Counts a new connection of a person.
    pub fn open(&self, user: UserId) -> Result<OpenConnection, Refusal> {
        let mut all = locked(&self.0);
        let count = all.entry(user).or_default();
        if *count >= MAX_CONNECTIONS {
            return Err(Refusal::TooManyWindows);
        }
        *count += 1;
        Ok(OpenConnection {
            all: self.clone(),
            user,
        })
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let mut all = locked(&self.all.0);
        if let Some(count) = all.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.user);
            }
        }
    }
}

/// Nothing that holds one of these locks can panic half-way.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PerUser {
    /// Counts an action of a person.
    pub fn check(&self, user: UserId) -> Result<(), Refusal> {
        check(&self.0, &user).map_err(Refusal::TooManyTries)
    }
}

/// A limiter that allows each key `burst` attempts at once, and one more after each `refill`.
pub fn limiter<K: std::hash::Hash + Eq + Clone>(
    burst: NonZeroU32,
    refill: Duration,
) -> DefaultKeyedRateLimiter<K> {
    // It is None only for a period of zero.
    let quota = Quota::with_period(refill).unwrap_or(Quota::per_minute(burst));
    RateLimiter::keyed(quota.allow_burst(burst))
}

/// Counts an attempt. The error says how long to wait for the next one.
pub fn check<K: std::hash::Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), Duration> {
    limiter.check_key(key).map_err(|refused| {
        let now = DefaultClock::default().now();
        refused.wait_time_from(now)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_one_network_count_as_one_client() {
        let client = |text: &str| Client::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::9"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
    }
}
