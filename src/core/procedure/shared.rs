//! A procedure that many hold, written and read as if it were each one's own.

use super::Procedure;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

pub(crate) fn serialize<S: Serializer>(procedure: &Arc<Procedure>, serializer: S) -> Result<S::Ok, S::Error> {
    procedure.as_ref().serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Procedure>, D::Error> {
    Procedure::deserialize(deserializer).map(Arc::new)
}
