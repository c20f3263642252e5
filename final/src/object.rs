//! Payloads and bodies that must be JSON objects.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};
use serde_json::{Map, Value};

/// A payload that is a JSON object. serde alone would accept an array, too, and read its elements
/// as the fields.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Map::deserialize(deserializer)?;
        let payload = T::deserialize(Value::Object(fields));
        payload.map(Self).map_err(D::Error::custom)
    }
}
