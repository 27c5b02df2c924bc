//! How the parts of orders and markets are written and read, for journal and snapshots alike.

use super::book::{Hours, Settings};
use super::bytes::{Damaged, Reader, Writer};
use contracts::ordering::{Exit, Special, Trigger};
use contracts::stock_data::PriceBand;
use contracts::{OrderId, Price, Quantity, SelfTradePrevention, Timestamp};

pub fn write_flag(flag: bool, writer: &mut Writer) {
    writer.byte(u8::from(flag));
}

pub fn read_flag(reader: &mut Reader<'_>) -> Result<bool, Damaged> {
    match reader.byte()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Damaged::because("neither yes nor no")),
    }
}

pub fn write_option<T>(value: Option<T>, writer: &mut Writer, write: impl Fn(T, &mut Writer)) {
    write_flag(value.is_some(), writer);
    if let Some(value) = value {
        write(value, writer);
    }
}

pub fn read_option<'a, T>(
    reader: &mut Reader<'a>,
    read: impl Fn(&mut Reader<'a>) -> Result<T, Damaged>,
) -> Result<Option<T>, Damaged> {
    if read_flag(reader)? { read(reader).map(Some) } else { Ok(None) }
}

/// One of a list that only ever grows at its end.
pub fn write_code<T: PartialEq>(value: T, all: &[T], writer: &mut Writer) {
    let code = all.iter().position(|other| *other == value).expect("one of them all");
    writer.byte(u8::try_from(code).expect("a short list"));
}

pub fn read_code<T: Copy>(all: &[T], reader: &mut Reader<'_>) -> Result<T, Damaged> {
    all.get(usize::from(reader.byte()?)).copied().ok_or_else(|| Damaged::because("an unknown code"))
}

pub fn write_time(time: Timestamp, writer: &mut Writer) {
    writer.fixed(&time.timestamp_micros().to_le_bytes());
}

pub fn read_time(reader: &mut Reader<'_>) -> Result<Timestamp, Damaged> {
    let micros = i64::from_le_bytes(reader.array()?);
    Timestamp::from_timestamp_micros(micros).ok_or_else(|| Damaged::because("no such time"))
}

fn write_price(price: Price, writer: &mut Writer) {
    writer.whole(price.micros());
}

fn read_price(reader: &mut Reader<'_>) -> Result<Price, Damaged> {
    reader.whole().map(Price::from_micros)
}

pub fn write_trigger(trigger: Trigger, writer: &mut Writer) {
    write_price(trigger.stop_price, writer);
    write_price(trigger.price, writer);
    write_option(trigger.trail_amount, writer, write_price);
    write_flag(trigger.rests, writer);
}

pub fn read_trigger(reader: &mut Reader<'_>) -> Result<Trigger, Damaged> {
    let (stop_price, price) = (read_price(reader)?, read_price(reader)?);
    Ok(Trigger {
        stop_price,
        price,
        trail_amount: read_option(reader, read_price)?,
        rests: read_flag(reader)?,
    })
}

pub fn write_special(special: &Special, writer: &mut Writer) {
    write_flag(special.reprice, writer);
    write_code(special.self_trade_prevention, SelfTradePrevention::ALL, writer);
    write_option(special.display_quantity, writer, |quantity, w| w.whole(quantity.micros()));
    write_option(special.expires_at, writer, write_time);
    write_option(special.trigger, writer, write_trigger);
    write_option(special.exit.as_ref(), writer, |exit, w| {
        w.fixed(exit.order_id.0.as_bytes());
        write_option(exit.take_profit_price, w, write_price);
        write_option(exit.stop_loss, w, write_trigger);
    });
}

pub fn read_special(reader: &mut Reader<'_>) -> Result<Special, Damaged> {
    Ok(Special {
        reprice: read_flag(reader)?,
        self_trade_prevention: read_code(SelfTradePrevention::ALL, reader)?,
        display_quantity: read_option(reader, |r| r.whole().map(Quantity::from_micros))?,
        expires_at: read_option(reader, read_time)?,
        trigger: read_option(reader, read_trigger)?,
        exit: read_option(reader, |r| {
            Ok(Exit {
                order_id: OrderId(r.uuid()?),
                take_profit_price: read_option(r, read_price)?,
                stop_loss: read_option(r, read_trigger)?,
            })
        })?,
        // The command is one of its own.
        replaces: None,
    })
}

pub fn write_settings(settings: &Settings, writer: &mut Writer) {
    write_flag(settings.halted, writer);
    write_price(settings.previous_close, writer);
    write_option(settings.hours, writer, |hours, w| {
        w.byte(hours.days);
        w.number(u64::from(hours.opens));
        w.number(u64::from(hours.closes));
    });
    write_option(settings.band, writer, |band, w| {
        [band.basis_points, band.limit_state_seconds, band.halt_seconds]
            .into_iter()
            .for_each(|number| w.number(u64::from(number)));
    });
    writer.number(u64::from(settings.auction_seconds));
}

pub fn read_settings(reader: &mut Reader<'_>) -> Result<Settings, Damaged> {
    Ok(Settings {
        halted: read_flag(reader)?,
        previous_close: read_price(reader)?,
        hours: read_option(reader, |r| {
            Ok(Hours { days: r.byte()?, opens: read_small(r)?, closes: read_small(r)? })
        })?,
        band: read_option(reader, |r| {
            Ok(PriceBand {
                basis_points: read_small(r)?,
                limit_state_seconds: read_small(r)?,
                halt_seconds: read_small(r)?,
            })
        })?,
        auction_seconds: read_small(reader)?,
    })
}

fn read_small<T: TryFrom<u64>>(reader: &mut Reader<'_>) -> Result<T, Damaged> {
    T::try_from(reader.number()?).map_err(|_| Damaged::because("a number is too large"))
}
