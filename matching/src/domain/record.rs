//! What the journal keeps of a step: every book's commands, with their time.

use super::bytes::{self, Damaged, Reader, Writer};
use super::codec;
use super::command::{Amend, Command, Incoming, Replacement, Terms};
use contracts::matching::Party;
use contracts::{OrderId, Price, Quantity, Side, Symbol, Timestamp, UserId};

const VERSION: u8 = 1;
/// Two ids, kinds, and small numbers.
const COMMAND_BYTES_TYPICAL: usize = 44;

/// The commands of each symbol in their order; symbols in the order in which they first came. One
/// without commands was only told the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub at: Timestamp,
    pub commands: Vec<(Symbol, Vec<Command>)>,
}

const CANCEL: u8 = 1;
const SELL: u8 = 2;
const IMMEDIATE: u8 = 4;
/// Tick and lot differ from those of the symbol's order before, and follow.
const UNITS: u8 = 8;
const ALL_OR_NOTHING: u8 = 16;
const POST_ONLY: u8 = 32;
/// What most orders do without follows.
const SPECIAL: u8 = 64;
const OCO: u8 = 128;
/// With `CANCEL`, something else than an order or its cancel.
const AMEND: u8 = CANCEL | SELL;
const CONFIGURE: u8 = CANCEL | IMMEDIATE;
/// What leaves, and then, as any other, the order that comes in.
const REPLACE: u8 = CANCEL | ALL_OR_NOTHING;

type Units = (Price, Quantity);

impl Record {
    /// How many commands there are.
    pub fn count(&self) -> u64 {
        self.commands.iter().map(|(_, commands)| commands.len() as u64).sum()
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(32 + COMMAND_BYTES_TYPICAL * self.count() as usize);
        writer.byte(VERSION);
        writer.fixed(&self.at.timestamp_micros().to_le_bytes());
        writer.number(self.commands.len() as u64);
        for (symbol, commands) in &self.commands {
            writer.sized(symbol.as_str().as_bytes());
            writer.number(commands.len() as u64);
            let mut units = None;
            commands.iter().for_each(|command| write(command, &mut units, &mut writer));
        }
        writer.into_bytes()
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != VERSION {
            return Err(Damaged::because("it has an unknown version"));
        }
        let micros = i64::from_le_bytes(reader.array()?);
        let at = Timestamp::from_timestamp_micros(micros).ok_or_else(|| Damaged::because("no such time"))?;
        let mut commands = Vec::new();
        for _ in 0..reader.count()? {
            let symbol: Symbol = bytes::parse(reader.sized()?)?;
            let mut units = None;
            let count = reader.count()?;
            let of_symbol: Result<_, _> = (0..count).map(|_| read(&mut units, &mut reader)).collect();
            commands.push((symbol, of_symbol?));
        }
        reader.end()?;
        Ok(Record { at, commands })
    }
}

fn write(command: &Command, units: &mut Option<Units>, writer: &mut Writer) {
    match command {
        Command::Cancel { order_id, user_id } => {
            writer.byte(CANCEL);
            writer.fixed(order_id.0.as_bytes());
            writer.fixed(user_id.0.as_bytes());
        }
        Command::Place(order) => write_order(order, units, writer),
        Command::Replace(replacement) => {
            writer.byte(REPLACE);
            writer.fixed(replacement.order_id.0.as_bytes());
            writer.whole(replacement.left.micros());
            write_order(replacement.by(), units, writer);
        }
        Command::Amend(amend) => {
            writer.byte(AMEND);
            writer.fixed(amend.order_id.0.as_bytes());
            writer.fixed(amend.user_id.0.as_bytes());
            let Amend { was_quantity, quantity, price, tick_size, lot_size, .. } = amend;
            [price.micros(), tick_size.micros(), was_quantity.micros(), quantity.micros(), lot_size.micros()]
                .into_iter()
                .for_each(|micros| writer.whole(micros));
        }
        Command::Configure(settings) => {
            writer.byte(CONFIGURE);
            codec::write_settings(settings, writer);
        }
    }
}

fn write_order(order: &Incoming, units: &mut Option<Units>, writer: &mut Writer) {
    let own = (order.tick_size(), order.lot_size());
    let flags = [
        (order.special().is_some(), SPECIAL),
        (order.is_oco(), OCO),
        (order.side() == Side::Sell, SELL),
        (order.terms() == Terms::Immediate, IMMEDIATE),
        (order.terms() == Terms::AllOrNothing, ALL_OR_NOTHING),
        (order.terms() == Terms::PostOnly, POST_ONLY),
        (*units != Some(own), UNITS),
    ];
    let flags = flags.into_iter().filter(|(set, _)| *set).fold(0, |all, (_, flag)| all | flag);
    let Party { order_id, user_id, ordering } = order.party();
    writer.byte(flags);
    writer.fixed(order_id.0.as_bytes());
    writer.fixed(user_id.0.as_bytes());
    writer.number(u64::from(ordering));
    if flags & UNITS != 0 {
        writer.whole(own.0.micros());
        writer.whole(own.1.micros());
    }
    writer.whole(order.price().micros() / own.0.micros());
    writer.whole(order.quantity().micros() / own.1.micros());
    if let Some(special) = order.special() {
        codec::write_special(special, writer);
    }
    *units = Some(own);
}

fn read(units: &mut Option<Units>, reader: &mut Reader<'_>) -> Result<Command, Damaged> {
    let flags = reader.byte()?;
    match flags {
        CONFIGURE => codec::read_settings(reader).map(Command::Configure),
        REPLACE => {
            let (order_id, left) = (OrderId(reader.uuid()?), Quantity::from_micros(reader.whole()?));
            let flags = reader.byte()?;
            let by = read_order(flags, units, reader)?;
            Replacement::new(order_id, left, by).map(Command::Replace).map_err(Damaged::because)
        }
        CANCEL => Ok(Command::Cancel { order_id: OrderId(reader.uuid()?), user_id: UserId(reader.uuid()?) }),
        AMEND => read_amend(reader).map(Command::Amend),
        _ => read_order(flags, units, reader).map(Command::Place),
    }
}

fn read_order(flags: u8, units: &mut Option<Units>, reader: &mut Reader<'_>) -> Result<Incoming, Damaged> {
    let (order_id, user_id) = (OrderId(reader.uuid()?), UserId(reader.uuid()?));
    let terms = match flags & !(SELL | UNITS | SPECIAL | OCO) {
        0 => Terms::Rest,
        IMMEDIATE => Terms::Immediate,
        ALL_OR_NOTHING => Terms::AllOrNothing,
        POST_ONLY => Terms::PostOnly,
        _ => return Err(Damaged::because("a command of an unknown kind")),
    };
    let ordering = u16::try_from(reader.number()?).map_err(|_| Damaged::because("no such partition"))?;
    if flags & UNITS != 0 {
        let (tick, lot) = (reader.whole()?, reader.whole()?);
        *units = Some((Price::from_micros(tick), Quantity::from_micros(lot)));
    }
    let (tick, lot) = units.ok_or_else(|| Damaged::because("an order without units"))?;
    let amount = |number: i64, unit: i64| {
        number.checked_mul(unit).ok_or_else(|| Damaged::because("an amount is too large"))
    };
    let price = Price::from_micros(amount(reader.whole()?, tick.micros())?);
    let quantity = Quantity::from_micros(amount(reader.whole()?, lot.micros())?);
    let side = if flags & SELL != 0 { Side::Sell } else { Side::Buy };
    let party = Party { order_id, user_id, ordering };
    let special = if flags & SPECIAL == 0 { None } else { Some(Box::new(codec::read_special(reader)?)) };
    Incoming::new(party, (side, terms), (price, quantity), (tick, lot))
        .and_then(|order| order.with(flags & OCO != 0, special))
        .map_err(Damaged::because)
}

fn read_amend(reader: &mut Reader<'_>) -> Result<Amend, Damaged> {
    let (order_id, user_id) = (OrderId(reader.uuid()?), UserId(reader.uuid()?));
    let (price, tick_size) = (Price::from_micros(reader.whole()?), Price::from_micros(reader.whole()?));
    let mut quantity = || reader.whole().map(Quantity::from_micros);
    let (was_quantity, quantity, lot_size) = (quantity()?, quantity()?, quantity()?);
    Amend { order_id, user_id, was_quantity, quantity, price, tick_size, lot_size }
        .checked()
        .map_err(Damaged::because)
}
