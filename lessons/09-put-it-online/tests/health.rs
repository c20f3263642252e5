//! The health check.

use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn a_running_chat_is_live() {
    let page = Recorder::start(chat::app()).await.get("/health/live").await;
    assert_eq!((page.status, page.body.as_str()), (200, "live\n"));
}
