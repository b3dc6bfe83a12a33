//! `demo --replay`.
use crate::app::screen::Screen;
use std::path::Path;
/// x
pub async fn replay(_screen: Screen, _chat: &Path, _title: Option<&str>, _out: &Path) -> anyhow::Result<()> {
    Ok(())
}
