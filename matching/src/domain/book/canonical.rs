//! A book as bytes: the same state gives the same bytes, whichever way it came about.

use super::{Book, FINISHED_KNOWN_MAX, Resting};
use crate::domain::bytes::{self, Damaged, Reader, Writer};
use contracts::matching::Party;
use contracts::{OrderId, Price, Quantity, Side, Symbol, UserId};

const VERSION: u8 = 1;
/// Two ids and small numbers.
const ORDER_BYTES_TYPICAL: usize = 44;

impl Book {
    pub fn to_bytes(&self) -> Vec<u8> {
        let resting = self.index.len() - self.finished.len();
        let mut writer = Writer::with_capacity(64 + 16 * self.finished.len() + ORDER_BYTES_TYPICAL * resting);
        writer.byte(VERSION);
        writer.sized(self.symbol.as_str().as_bytes());
        writer.whole(self.tick);
        writer.whole(self.lot);
        writer.number(self.sequence);
        writer.number(self.finished.len() as u64);
        self.finished().for_each(|id| writer.fixed(id.0.as_bytes()));
        for side in [Side::Buy, Side::Sell] {
            self.write_side(side, &mut writer);
        }
        writer.into_bytes()
    }

    fn write_side(&self, side: Side, writer: &mut Writer) {
        writer.number(self.queue(side).count() as u64);
        for at in self.queue(side) {
            let party = &self.parties[at as usize];
            writer.fixed(party.order_id.0.as_bytes());
            writer.fixed(party.user_id.0.as_bytes());
            writer.number(u64::from(party.ordering));
            writer.whole(self.engine.price(at));
            writer.whole(self.engine.lots(at));
        }
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != VERSION {
            return Err(Damaged::because("a book of an unknown version"));
        }
        let symbol: Symbol = bytes::parse(reader.sized()?)?;
        let orders = bytes.len() / ORDER_BYTES_TYPICAL;
        let mut book = Book::with_capacity(symbol, orders);
        (book.tick, book.lot, book.sequence) = (reader.whole()?, reader.whole()?, reader.number()?);
        let finished = reader.count()?;
        if finished > FINISHED_KNOWN_MAX {
            return Err(Damaged(format!("the book of {symbol} knows too many finished orders")));
        }
        for _ in 0..finished {
            let order_id = book.read_new_id(&mut reader)?;
            book.finish_again(order_id);
        }
        for side in [Side::Buy, Side::Sell] {
            for _ in 0..reader.count()? {
                let order = book.read_order(side, &mut reader)?;
                book.rest_again(order);
            }
        }
        reader.end()?;
        if book.is_crossed() {
            return Err(Damaged(format!("the book of {symbol} is crossed")));
        }
        Ok(book)
    }

    fn read_order(&self, side: Side, reader: &mut Reader<'_>) -> Result<Resting, Damaged> {
        let (order_id, user_id) = (self.read_new_id(reader)?, UserId(reader.uuid()?));
        let ordering = u16::try_from(reader.number()?).map_err(|_| Damaged::because("no such partition"))?;
        let amount = |units: i64, unit: i64| {
            let micros = units.checked_mul(unit).filter(|micros| *micros > 0);
            micros.ok_or_else(|| Damaged(format!("order {order_id} has an impossible price or quantity")))
        };
        let price = Price::from_micros(amount(reader.whole()?, self.tick)?);
        let quantity = Quantity::from_micros(amount(reader.whole()?, self.lot)?);
        Ok(Resting { party: Party { order_id, user_id, ordering }, side, price, quantity })
    }

    fn read_new_id(&self, reader: &mut Reader<'_>) -> Result<OrderId, Damaged> {
        let order_id = OrderId(reader.uuid()?);
        if self.knows(order_id) {
            return Err(Damaged(format!("order {order_id} is there twice")));
        }
        Ok(order_id)
    }
}
