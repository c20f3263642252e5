//! How often people may do what costs others something.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{config::Config, error::Refusal, names::Name};

/// So many tries at once.
pub const fn at_once(tries: u32) -> NonZeroU32 {
    match NonZeroU32::new(tries) {
        Some(tries) => tries,
        None => NonZeroU32::MIN,
    }
}

/// A class behind one address signs up, or comes back, in the same minute.
const TRIES_OF_A_CLIENT: NonZeroU32 = at_once(60);
const CLIENT_REFILL: Duration = Duration::from_secs(5);
/// Somebody who has forgotten a password tries a few times; somebody who
/// guesses one gets 2,880 tries a day.
const TRIES_FOR_A_NAME: NonZeroU32 = at_once(10);
const NAME_REFILL: Duration = Duration::from_secs(30);

/// Somebody who sets up a class makes several channels at once.
const NEW_CHANNELS: NonZeroU32 = at_once(20);
const NEW_CHANNEL_REFILL: Duration = Duration::from_secs(60);
/// Everyone is told what one changes about oneself.
const PROFILE_CHANGES: NonZeroU32 = at_once(20);
const PROFILE_CHANGE_REFILL: Duration = Duration::from_secs(10);
/// So many seconds' worth of asks may come at once: a page that opens, or that
/// was offline, has a lot to ask.
const ASK_BURST: u32 = 5;

/// Where a request comes from, as far as limits can tell clients apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

impl From<IpAddr> for Client {
    /// One household or server gets a whole /64 of IPv6 addresses, so these
    /// count as one.
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
    /// What a person asks over their sockets, and the sockets that they open.
    pub asks: PerUser,
    /// Tries to log in.
    pub log_in: Limit,
    /// Channels that a person makes.
    pub new_channels: PerUser,
    /// What a person changes about themselves.
    pub profile_changes: PerUser,
    /// Tries to sign up.
    pub sign_up: Limit,
}

/// The limits of one door, per client and per name.
#[derive(Debug)]
pub struct Limit {
    clients: DefaultKeyedRateLimiter<Client>,
    names: DefaultKeyedRateLimiter<String>,
}

/// A limit for each person who is logged in.
#[derive(Debug)]
pub struct PerUser(DefaultKeyedRateLimiter<i64>);

impl Limits {
    /// Nobody has done anything yet.
    pub fn new(config: &Config) -> Self {
        let asks = config.asks_per_second;
        let burst = at_once(asks.get().saturating_mul(ASK_BURST));
        Self {
            asks: PerUser(RateLimiter::keyed(
                Quota::per_second(asks).allow_burst(burst),
            )),
            log_in: Limit::default(),
            new_channels: PerUser(limiter(NEW_CHANNELS, NEW_CHANNEL_REFILL)),
            profile_changes: PerUser(limiter(PROFILE_CHANGES, PROFILE_CHANGE_REFILL)),
            sign_up: Limit::default(),
        }
    }

    /// Frees the memory of those who have been quiet long enough.
    pub fn forget_quiet(&self) {
        for limit in [&self.log_in, &self.sign_up] {
            limit.clients.retain_recent();
            limit.names.retain_recent();
        }
        for limit in [&self.asks, &self.new_channels, &self.profile_changes] {
            limit.0.retain_recent();
        }
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self {
            clients: limiter(TRIES_OF_A_CLIENT, CLIENT_REFILL),
            names: limiter(TRIES_FOR_A_NAME, NAME_REFILL),
        }
    }
}

impl Limit {
    /// Counts a try of a client.
    pub fn check_client(&self, client: Client) -> Result<(), Refusal> {
        check(&self.clients, &client).map_err(Refusal::TooManyTries)
    }

    /// Counts a try for a name.
    pub fn check_name(&self, name: &Name) -> Result<(), Refusal> {
        self.check_key(&name.key())
    }

    /// Counts a try for a name whose key is known.
    pub fn check_key(&self, key: &str) -> Result<(), Refusal> {
        check(&self.names, &key.to_owned()).map_err(Refusal::TooManyTries)
    }
}

impl PerUser {
    /// Counts something that a person does.
    pub fn check(&self, user: i64) -> Result<(), Refusal> {
        check(&self.0, &user).map_err(Refusal::TooManyTries)
    }
}

/// Lets each key try so often at once, and once more after each `refill`.
pub fn limiter<K: std::hash::Hash + Eq + Clone>(
    tries: NonZeroU32,
    refill: Duration,
) -> DefaultKeyedRateLimiter<K> {
    // None only for a period of zero.
    let quota = Quota::with_period(refill).unwrap_or(Quota::per_minute(tries));
    RateLimiter::keyed(quota.allow_burst(tries))
}

/// Counts a try, or says how long to wait for the next.
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
