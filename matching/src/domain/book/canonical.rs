//! A book as bytes: the same state gives the same bytes, whichever way it came about.

use super::Book;
use super::extras::{Extra, Waits};
use super::ids::FINISHED_KNOWN_MAX;
use super::market::Market;
use super::view::Kept;
use crate::domain::bytes::{self, Damaged, Reader, Writer};
use crate::domain::codec;
use contracts::matching::{Party, Phase};
use contracts::{OrderId, Price, Quantity, SelfTradePrevention, Side, UserId};

/// The first version knew only what rests.
const PLAIN: u8 = 1;
const VERSION: u8 = 2;
/// Two ids and small numbers.
const ORDER_BYTES_TYPICAL: usize = 45;

const POST_ONLY: u8 = 1;
const SPECIAL: u8 = 2;

impl Book {
    pub fn to_bytes(&self) -> Vec<u8> {
        let (live, finished) = (self.ids.live_count(), self.finished());
        let mut writer = Writer::with_capacity(96 + 16 * finished.len() + ORDER_BYTES_TYPICAL * live);
        writer.byte(VERSION);
        writer.sized(self.symbol.as_str().as_bytes());
        writer.whole(self.tick);
        writer.whole(self.lot);
        writer.number(self.sequence);
        writer.whole(self.last_price.micros());
        writer.number(self.extras.arrivals);
        write_market(&self.market, &mut writer);
        writer.number(finished.len() as u64);
        finished.for_each(|id| writer.fixed(id.0.as_bytes()));
        for side in [Side::Buy, Side::Sell] {
            writer.number(self.count(side) as u64);
            self.queue(side).for_each(|at| self.write_order(&self.kept(at), &mut writer));
        }
        let waiting = self.extras.waiting();
        writer.number(waiting.len() as u64);
        for at in waiting {
            let kept = self.kept(at);
            writer.byte(u8::from(kept.side == Side::Sell));
            self.write_order(&kept, &mut writer);
        }
        writer.into_bytes()
    }

    fn write_order(&self, order: &Kept, writer: &mut Writer) {
        let Kept { party, price, quantity, post_only, extra, .. } = order;
        writer.fixed(party.order_id.0.as_bytes());
        writer.fixed(party.user_id.0.as_bytes());
        writer.number(u64::from(party.ordering));
        writer.whole(price.micros() / self.tick);
        writer.whole(quantity.micros() / self.lot);
        writer.byte(if *post_only { POST_ONLY } else { 0 } | if extra.is_some() { SPECIAL } else { 0 });
        if let Some(extra) = extra {
            write_extra(extra, writer);
        }
    }

    /// Whether these bytes are from a program that kept less than is kept now: of the last price, and
    /// of which orders are post-only, they say nothing.
    pub fn is_incomplete(bytes: &[u8]) -> bool {
        bytes.first() == Some(&PLAIN)
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut reader = Reader::new(bytes);
        let version = reader.byte()?;
        if ![PLAIN, VERSION].contains(&version) {
            return Err(Damaged::because("a book of an unknown version"));
        }
        let symbol = bytes::parse(reader.sized()?)?;
        let mut book = Book::with_capacity(symbol, bytes.len() / ORDER_BYTES_TYPICAL);
        book.set_units((reader.whole()?, reader.whole()?));
        book.sequence = reader.number()?;
        if version == VERSION {
            book.last_price = Price::from_micros(reader.whole()?);
            book.extras.arrivals = reader.number()?;
            book.market = read_market(&mut reader)?;
        }
        book.read_finished(&mut reader)?;
        for side in [Side::Buy, Side::Sell] {
            for _ in 0..reader.count()? {
                book.read_order(version, side, &mut reader)?;
            }
        }
        if version == VERSION {
            for _ in 0..reader.count()? {
                let side = if codec::read_flag(&mut reader)? { Side::Sell } else { Side::Buy };
                book.read_order(version, side, &mut reader)?;
            }
        }
        reader.end()?;
        if book.is_crossed() {
            return Err(Damaged(format!("the book of {symbol} is crossed")));
        }
        Ok(book)
    }

    fn read_finished(&mut self, reader: &mut Reader<'_>) -> Result<(), Damaged> {
        let finished = reader.count()?;
        if finished > FINISHED_KNOWN_MAX {
            return Err(Damaged(format!("the book of {} knows too many finished orders", self.symbol)));
        }
        for _ in 0..finished {
            let order_id = self.read_new_id(reader)?;
            self.finish_again(order_id);
        }
        Ok(())
    }

    fn read_order(&mut self, version: u8, side: Side, reader: &mut Reader<'_>) -> Result<(), Damaged> {
        let (order_id, user_id) = (self.read_new_id(reader)?, UserId(reader.uuid()?));
        let ordering = u16::try_from(reader.number()?).map_err(|_| Damaged::because("no such partition"))?;
        let amount = |units: i64, unit: i64| {
            let micros = units.checked_mul(unit).filter(|micros| *micros > 0);
            micros.ok_or_else(|| Damaged(format!("order {order_id} has an impossible price or quantity")))
        };
        let price = Price::from_micros(amount(reader.whole()?, self.tick)?);
        let quantity = Quantity::from_micros(amount(reader.whole()?, self.lot)?);
        let flags = if version == VERSION { reader.byte()? } else { 0 };
        if flags > POST_ONLY | SPECIAL {
            return Err(Damaged(format!("order {order_id} is of an unknown kind")));
        }
        let extra = if flags & SPECIAL == 0 { None } else { Some(read_extra(reader)?) };
        let party = Party { order_id, user_id, ordering };
        self.keep_again(Kept { party, side, price, quantity, post_only: flags & POST_ONLY != 0, extra });
        Ok(())
    }

    fn read_new_id(&self, reader: &mut Reader<'_>) -> Result<OrderId, Damaged> {
        let order_id = OrderId(reader.uuid()?);
        if self.knows(order_id) {
            return Err(Damaged(format!("order {order_id} is there twice")));
        }
        Ok(order_id)
    }
}

fn write_extra(extra: &Extra, writer: &mut Writer) {
    writer.number(extra.arrival);
    codec::write_code(extra.prevention, SelfTradePrevention::ALL, writer);
    writer.byte(match extra.waits {
        Waits::No => 0,
        Waits::ForItsStop => 1,
        Waits::ForItsEntry { then_comes_in: false } => 2,
        Waits::ForItsEntry { then_comes_in: true } => 3,
    });
    writer.whole(extra.display.micros());
    writer.whole(extra.hidden.micros());
    codec::write_option(extra.expires_at, writer, codec::write_time);
    codec::write_option(extra.trigger, writer, codec::write_trigger);
    let mut id = |id: Option<OrderId>| codec::write_option(id, writer, |id, w| w.fixed(id.0.as_bytes()));
    id(extra.exit);
    id(extra.entry);
    writer.whole(extra.whole.micros());
}

fn read_extra(reader: &mut Reader<'_>) -> Result<Extra, Damaged> {
    let id = |reader: &mut Reader<'_>| reader.uuid().map(OrderId);
    Ok(Extra {
        arrival: reader.number()?,
        prevention: codec::read_code(SelfTradePrevention::ALL, reader)?,
        waits: match reader.byte()? {
            0 => Waits::No,
            1 => Waits::ForItsStop,
            2 => Waits::ForItsEntry { then_comes_in: false },
            3 => Waits::ForItsEntry { then_comes_in: true },
            _ => return Err(Damaged::because("an order waits for something unknown")),
        },
        display: Quantity::from_micros(reader.whole()?),
        hidden: Quantity::from_micros(reader.whole()?),
        expires_at: codec::read_option(reader, codec::read_time)?,
        trigger: codec::read_option(reader, codec::read_trigger)?,
        exit: codec::read_option(reader, id)?,
        entry: codec::read_option(reader, id)?,
        whole: Quantity::from_micros(reader.whole()?),
    })
}

fn write_market(market: &Market, writer: &mut Writer) {
    codec::write_settings(&market.settings, writer);
    codec::write_code(market.phase, Phase::ALL, writer);
    for time in [market.until, market.resumes_at, market.reopens_at] {
        codec::write_option(time, writer, codec::write_time);
    }
    codec::write_option(market.reference, writer, |price, w| w.whole(price.micros()));
}

fn read_market(reader: &mut Reader<'_>) -> Result<Market, Damaged> {
    Ok(Market {
        settings: codec::read_settings(reader)?,
        phase: codec::read_code(Phase::ALL, reader)?,
        until: codec::read_option(reader, codec::read_time)?,
        resumes_at: codec::read_option(reader, codec::read_time)?,
        reopens_at: codec::read_option(reader, codec::read_time)?,
        reference: codec::read_option(reader, |r| r.whole().map(Price::from_micros))?,
    })
}
