//! The users who have orders in a book, as small numbers: an order keeps four bytes of its user,
//! and whether two are the same is seen without looking at either.
//!
//! **Invariant** A user has a number while he has an order, and no two have the same.

use super::index::Index;
use contracts::UserId;
use hashbrown::DefaultHashBuilder;
use std::hash::BuildHasher;

#[derive(Debug)]
struct User {
    id: UserId,
    orders: u32,
}

#[derive(Debug)]
pub struct Users {
    users: Vec<User>,
    /// Numbers that nobody has.
    free: Vec<u32>,
    index: Index,
    /// Keyed anew in each process; nothing ever depends on its order.
    hasher: DefaultHashBuilder,
}

impl Users {
    pub fn new() -> Self {
        let (users, free, index) = (Vec::new(), Vec::new(), Index::with_capacity(0));
        Users { users, free, index, hasher: DefaultHashBuilder::default() }
    }

    #[inline]
    pub fn id(&self, number: u32) -> UserId {
        self.users[number as usize].id
    }

    /// He has an order more.
    #[inline]
    pub fn enter(&mut self, id: UserId) -> u32 {
        let hash = hash(&self.hasher, id);
        let Some(number) = self.index.find(hash, |number| self.users[number as usize].id == id) else {
            return self.admit(id, hash);
        };
        self.users[number as usize].orders += 1;
        number
    }

    /// He has an order less.
    #[inline]
    pub fn leave(&mut self, number: u32) {
        let user = &mut self.users[number as usize];
        user.orders -= 1;
        if user.orders == 0 {
            let hash = hash(&self.hasher, user.id);
            self.index.remove(hash, number);
            self.free.push(number);
        }
    }

    fn admit(&mut self, id: UserId, hash: u64) -> u32 {
        let user = User { id, orders: 1 };
        let number = match self.free.pop() {
            Some(number) => {
                self.users[number as usize] = user;
                number
            }
            None => {
                self.users.push(user);
                u32::try_from(self.users.len() - 1).expect("fewer users than orders")
            }
        };
        let Users { users, index, hasher, .. } = self;
        index.insert(hash, number, |number| self::hash(hasher, users[number as usize].id));
        number
    }
}

#[inline]
fn hash(hasher: &DefaultHashBuilder, id: UserId) -> u64 {
    hasher.hash_one(id.0.as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_again_when_the_last_order_is_gone() {
        let id = |n| UserId(uuid::Uuid::from_u128(n));
        let mut users = Users::new();
        let (ann, bob) = (users.enter(id(1)), users.enter(id(2)));
        assert_ne!(ann, bob);
        assert_eq!(users.enter(id(1)), ann);
        users.leave(ann);
        assert_eq!((users.enter(id(1)), users.id(ann)), (ann, id(1)));
        users.leave(ann);
        users.leave(ann);
        assert_eq!((users.enter(id(3)), users.id(ann), users.id(bob)), (ann, id(3), id(2)));
        for n in 10..10_000 {
            let number = users.enter(id(n));
            users.leave(number);
        }
        assert_eq!(users.users.len(), 3);
    }
}
