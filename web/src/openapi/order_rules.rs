//! Which fields of an order go together, as intake knows it: one object for each kind of order that there
//! is, of the fields that it has.

use contracts::intake::{Need, enters, prices, waiting};
use contracts::{OrderType, TimeInForce};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The schema of an order that comes in another's place.
pub const REPLACEMENT: &str = "ReplacementOrder";

/// Makes of the schemas of all fields the kinds of orders, and of changes.
pub fn split(schemas: &mut Value) {
    let brackets = |kind: &Kind| kind.fields.contains_key("exit_order_id");
    into_kinds(&mut schemas["NewOrder"], &kinds());
    into_kinds(
        &mut schemas[REPLACEMENT],
        &kinds().into_iter().filter(|kind| !brackets(kind)).collect::<Vec<_>>(),
    );
    into_kinds(&mut schemas["OrderChange"], &changes());
}

fn into_kinds(schema: &mut Value, kinds: &[Kind]) {
    let all = Fields(schema["properties"].as_object().expect("an order has fields").clone());
    let kinds: Vec<Value> = kinds.iter().map(|kind| all.object(kind)).collect();
    *schema = json!({ "description": schema["description"], "anyOf": kinds });
}

/// One of the two at least.
fn changes() -> [Kind; 2] {
    let kind = |title: &str, first, second| Kind {
        title: title.to_owned(),
        fields: BTreeMap::from([(first, Must::Be), (second, Must::MayBe)]),
    };
    [kind("quantity", "quantity", "limit_price"), kind("limit price", "limit_price", "quantity")]
}

/// A kind of order: its fields, and what each of them must be.
#[derive(Clone)]
struct Kind {
    title: String,
    fields: BTreeMap<&'static str, Must>,
}

#[derive(Clone)]
enum Must {
    Be,
    MayBe,
    BeOneOf(Vec<&'static str>),
    /// The usual, which need not be said.
    MayBeOneOf(Vec<&'static str>),
    BeTrue,
    MayBeFalse,
}

impl Kind {
    fn with(&self, title: &str, fields: impl IntoIterator<Item = (&'static str, Must)>) -> Kind {
        let mut kind = self.clone();
        if !title.is_empty() {
            kind.title = format!("{}, {title}", self.title);
        }
        kind.fields.extend(fields);
        kind
    }
}

fn kinds() -> Vec<Kind> {
    let of_time = OrderType::ALL.iter().flat_map(|order_type| times(&of_type(*order_type), *order_type));
    of_time.flat_map(|(kind, order_type, waits)| resting(&kind, order_type, waits)).collect()
}

fn of_type(order_type: OrderType) -> Kind {
    let always = ["symbol", "side", "quantity"].map(|field| (field, Must::Be));
    let maybe = [("order_id", Must::MayBe), ("self_trade_prevention", Must::MayBe)];
    let flags = [("post_only", Must::MayBeFalse), ("reprice", Must::MayBeFalse)];
    let itself = [("type", Must::BeOneOf(vec![order_type.as_str()]))];
    let prices = prices(order_type).into_iter().filter_map(|(field, need)| match need {
        Need::Always => Some((field, Must::Be)),
        Need::Maybe => Some((field, Must::MayBe)),
        Need::Never => None,
    });
    let fields = always.into_iter().chain(maybe).chain(flags).chain(itself).chain(prices).collect();
    Kind { title: order_type.as_str().replace('_', " "), fields }
}

/// With how long it waits, and whether it does.
fn times(kind: &Kind, order_type: OrderType) -> Vec<(Kind, OrderType, bool)> {
    let names = |waits: bool| {
        let times = TimeInForce::ALL.iter().filter(|time| time.waits() == waits);
        times.map(|time| time.as_str()).filter(|time| *time != TimeInForce::Gtd.as_str()).collect::<Vec<_>>()
    };
    let usual = [("time_in_force", Must::MayBeOneOf(names(true)))];
    let dated = ("time_in_force", Must::BeOneOf(vec![TimeInForce::Gtd.as_str()]));
    let waits = || {
        let until = kind.with("until a date", [dated.clone(), ("expires_at", Must::Be)]);
        [(kind.with("", usual.clone()), order_type, true), (until, order_type, true)].into_iter()
    };
    let at_once = |must: fn(Vec<&'static str>) -> Must, title| {
        (kind.with(title, [("time_in_force", must(names(false)))]), order_type, false)
    };
    match waiting(order_type) {
        Need::Always => waits().collect(),
        Need::Maybe => waits().chain([at_once(Must::BeOneOf, "at once")]).collect(),
        Need::Never => vec![at_once(Must::MayBeOneOf, "")],
    }
}

/// How it rests, which only a limit order may choose; and what leaves again what it gets.
fn resting(kind: &Kind, order_type: OrderType, waits: bool) -> Vec<Kind> {
    let mut kinds = vec![kind.clone()];
    if order_type == OrderType::Limit && waits {
        let shown = [("display_quantity", Must::MayBe)];
        let post_only = [("post_only", Must::BeTrue), ("reprice", Must::MayBe)];
        kinds = vec![kind.with("", shown.clone()), kind.with("post-only", shown).with("", post_only)];
    }
    if !enters(order_type) {
        return kinds;
    }
    let profit =
        [("exit_order_id", Must::Be), ("take_profit_price", Must::Be), ("stop_loss_price", Must::MayBe)];
    let loss = [("exit_order_id", Must::Be), ("stop_loss_price", Must::Be)];
    let brackets = |kind: Kind| {
        let (wins, stops) =
            (kind.with("takes its profit", profit.clone()), kind.with("stops its loss", loss.clone()));
        [kind, wins, stops]
    };
    kinds.into_iter().flat_map(brackets).collect()
}

/// The schema of each field, by its name.
struct Fields(Map<String, Value>);

impl Fields {
    fn object(&self, Kind { title, fields }: &Kind) -> Value {
        let required: Vec<&str> =
            fields.iter().filter(|(_, must)| must.is_required()).map(|(field, _)| *field).collect();
        let properties: Map<_, _> =
            fields.iter().map(|(field, must)| ((*field).to_owned(), self.field(field, must))).collect();
        json!({ "title": title, "type": "object", "required": required, "properties": properties, "additionalProperties": false })
    }

    fn field(&self, field: &str, must: &Must) -> Value {
        let known = self.0.get(field).unwrap_or_else(|| panic!("an order has no {field}"));
        match must {
            // Those that may be `null` are told as one of two.
            Must::Be => known.get("oneOf").map_or(known, |ways| &ways[0]).clone(),
            Must::MayBe => known.clone(),
            Must::BeOneOf(texts) => json!({ "type": "string", "enum": texts }),
            Must::MayBeOneOf(texts) => {
                let null = Value::Null;
                let texts: Vec<_> = texts.iter().map(|text| (*text).into()).chain([null]).collect();
                json!({ "type": ["string", "null"], "enum": texts })
            }
            Must::BeTrue => json!({ "type": "boolean", "const": true }),
            Must::MayBeFalse => json!({ "type": ["boolean", "null"], "enum": [false, null] }),
        }
    }
}

impl Must {
    fn is_required(&self) -> bool {
        match self {
            Must::Be | Must::BeOneOf(_) | Must::BeTrue => true,
            Must::MayBe | Must::MayBeOneOf(_) | Must::MayBeFalse => false,
        }
    }
}
