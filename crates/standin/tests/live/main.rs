//! The live connector keeps every promise of a connector, over the real protocol against the stand-in.

#[path = "../../../whatsapp/tests/contract/mod.rs"]
#[macro_use]
#[expect(dead_code, reason = "some promises are about time that stands still, as it does for the sandbox alone")]
mod contract;
mod dialect;
mod dying;
mod endings;
mod house;
mod oddities;
mod process;
mod running;
#[path = "../../../../bench/src/seed.rs"]
mod seed;
mod server;
mod story;

use contract::House;

every_promise!(crate::a_house);
every_kind_promise!(crate::a_house);
every_group_promise!(crate::a_house);

async fn a_house() -> House {
    house::rooms().await.0
}
