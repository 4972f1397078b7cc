//! The device itself: its private keys, and the account to which it belongs.

use async_trait::async_trait;
use whatsapp_rust::traits::DeviceStore;
use whatsapp_rust::wacore::store::Device;
use whatsapp_rust::wacore::store::error::Result;

use super::Keys;

const DEVICE: &str = "device";

#[async_trait]
impl DeviceStore for Keys {
    async fn save(&self, device: &Device) -> Result<()> {
        self.put_json(DEVICE, "", device).await?;
        self.is_linked.send_replace(device.pn.is_some());
        Ok(())
    }

    async fn load(&self) -> Result<Option<Device>> {
        let device: Option<Device> = self.get_json(DEVICE, "").await?;
        self.is_linked.send_replace(device.as_ref().is_some_and(|device| device.pn.is_some()));
        Ok(device)
    }

    async fn exists(&self) -> Result<bool> {
        Ok(self.get(DEVICE, "").await?.is_some())
    }

    /// One object is one device: its id is ours to choose, and it is stored when it is first saved.
    async fn create(&self) -> Result<i32> {
        Ok(1)
    }
}
