//! The two phones of the story: what their holders do with them, and see on them.

use async_trait::async_trait;

use super::browser::Browser;
use crate::demo::seed::{CUSTOMER_PHONE, OWNER_PHONE};

/// Phones, wherever they are.
#[async_trait]
pub trait Phones: Send {
    /// The owner types a link code and confirms.
    async fn links(&mut self, code: &str) -> anyhow::Result<()>;
    /// The customer writes to the owner's number.
    async fn customer_writes(&mut self, body: &str) -> anyhow::Result<()>;
    /// Whether the customer's phone shows this text from the owner's number.
    async fn customer_sees(&mut self, body: &str) -> anyhow::Result<bool>;
}

/// The simulated phones, on their pages.
pub struct PhonePages(Browser);

impl PhonePages {
    pub fn new(base_url: &str) -> anyhow::Result<Self> {
        Browser::new(base_url).map(Self)
    }

    fn chat() -> String {
        format!("/sandbox/phones/{CUSTOMER_PHONE}/chats/{OWNER_PHONE}")
    }
}

#[async_trait]
impl Phones for PhonePages {
    async fn links(&mut self, code: &str) -> anyhow::Result<()> {
        let typing = self.0.open(&format!("/sandbox/phones/{OWNER_PHONE}/code")).await?;
        let question = self.0.send(typing.form("/code")?, &[("code", code)]).await?;
        self.0.send(question.form("/confirm")?, &[("answer", "link")]).await?;
        Ok(())
    }

    async fn customer_writes(&mut self, body: &str) -> anyhow::Result<()> {
        let page = self.0.open(&Self::chat()).await?;
        self.0.send(page.form(&Self::chat())?, &[("text", body)]).await?;
        Ok(())
    }

    async fn customer_sees(&mut self, body: &str) -> anyhow::Result<bool> {
        Ok(self.0.open(&Self::chat()).await?.words().contains(body))
    }
}
