//! Schemas of the API's description that are built from the constants of the rules.
//!
//! utoipa's attributes accept only literals. A constant that a rule checks would then stand in two
//! places, so the limits are in types, which fields name with `value_type`.

use std::ops::RangeInclusive;

use utoipa::{
    ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, Ref, SchemaFormat,
        schema::{ArrayBuilder, Type},
    },
};

/// Declares a type that has only a schema, for `value_type`.
macro_rules! schema {
    ($(#[$doc:meta])* $name:ident = $schema:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        $crate::schema::describe!($name = $schema);
    };
}
pub(crate) use schema;

/// Gives a type a schema.
macro_rules! describe {
    ($name:ident = $schema:expr) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $schema.build().into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use describe;

/// A text with this many characters. Both JSON Schema and the rules count code points.
pub fn text(chars: RangeInclusive<usize>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(*chars.start()))
        .max_length(Some(*chars.end()))
}

/// A whole number in this range.
pub fn whole_number(range: RangeInclusive<i64>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(*range.start()))
        .maximum(Some(*range.end()))
}

/// A number in this range.
pub fn number(range: RangeInclusive<f64>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Number)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
        .minimum(Some(*range.start()))
        .maximum(Some(*range.end()))
}

/// A list with at most this many items. Their type must be part of another schema, too.
pub fn list<T: ToSchema>(max: usize) -> ArrayBuilder {
    ArrayBuilder::new()
        .items(Ref::from_schema_name(T::name()))
        .max_items(Some(max))
}
