//! Rate limits for everything that costs the server or other people something.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{config::Config, error::Refusal, ids::UserId, names::Name};

/// The burst of a limit: how often something may happen at once.
pub const fn burst(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    }
}

/// A whole class behind one address may sign up, or log in, within the same minute.
const ATTEMPTS_PER_CLIENT: NonZeroU32 = burst(60);
const CLIENT_REFILL: Duration = Duration::from_secs(5);
/// A person who has forgotten a password makes a few attempts. An attacker who guesses one gets
/// 2,880 attempts a day.
const ATTEMPTS_PER_NAME: NonZeroU32 = burst(10);
const NAME_REFILL: Duration = Duration::from_secs(30);

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// Attempts to log in.
    pub log_in: Limit,
    /// Channels that a person creates.
    pub new_channels: PerUser,
    /// Changes of a person's profile.
    pub profile_changes: PerUser,
    /// Requests over sockets and to the JSON API, and new connections.
    pub requests: PerUser,
    /// Attempts to sign up.
    pub sign_up: Limit,
}

/// A limit for each client and for each name.
#[derive(Debug)]
pub struct Limit {
    clients: DefaultKeyedRateLimiter<Client>,
    names: DefaultKeyedRateLimiter<String>,
}

/// A limit for each person who is logged in.
#[derive(Debug)]
pub struct PerUser(DefaultKeyedRateLimiter<UserId>);

impl Limits {
    /// Fresh limits, with nothing counted yet.
    pub fn new(config: &Config) -> Self {
        let per_second = config.requests_per_second;
        let at_once = burst(per_second.get().saturating_mul(REQUEST_BURST_SECONDS));
        Self {
            log_in: Limit::default(),
            new_channels: PerUser(limiter(NEW_CHANNELS, NEW_CHANNEL_REFILL)),
            profile_changes: PerUser(limiter(PROFILE_CHANGES, PROFILE_CHANGE_REFILL)),
            requests: PerUser(RateLimiter::keyed(
                Quota::per_second(per_second).allow_burst(at_once),
            )),
            sign_up: Limit::default(),
        }
    }

    /// Frees the memory of clients, names and people that are below their limits again.
    pub fn remove_idle(&self) {
        for limit in [&self.log_in, &self.sign_up] {
            limit.clients.retain_recent();
            limit.names.retain_recent();
        }
        for limit in [&self.new_channels, &self.profile_changes, &self.requests] {
            limit.0.retain_recent();
        }
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self {
            clients: limiter(ATTEMPTS_PER_CLIENT, CLIENT_REFILL),
            names: limiter(ATTEMPTS_PER_NAME, NAME_REFILL),
        }
    }
}

impl Limit {
    /// Counts an attempt of a client.
    pub fn check_client(&self, client: Client) -> Result<(), Refusal> {
        check(&self.clients, &client).map_err(Refusal::TooManyTries)
    }

    /// Counts an attempt for a name.
    pub fn check_name(&self, name: &Name) -> Result<(), Refusal> {
        self.check_key(&name.key())
    }

    /// Counts an attempt for a name, by its key.
    pub fn check_key(&self, key: &str) -> Result<(), Refusal> {
        check(&self.names, &key.to_owned()).map_err(Refusal::TooManyTries)
    }
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
