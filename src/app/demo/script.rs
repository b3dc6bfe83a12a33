//! `demo --script`.
use crate::app::screen::Screen;
/// x
pub async fn play(_screen: Screen) -> anyhow::Result<()> {
    Ok(())
}
