//! Payloads and bodies that are JSON objects.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};
use serde_json::{Map, Value};

/// A payload that is a JSON object. Without this an array would pass as well: serde
/// reads its elements as the fields.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Map::deserialize(deserializer)?;
        let payload = T::deserialize(Value::Object(fields));
        payload.map(Self).map_err(D::Error::custom)
    }
}
