//! Signing up, logging in and out, and changing an account.

use crate::support::{self, Chat, each_database};
use insta::assert_snapshot;
use macro_rules_attribute::apply;

#[apply(each_database!)]
async fn a_visitor_sees_two_buttons_and_each_has_its_form(chat: Chat) {
    let mut ada = chat.browser();
    let landing = ada.get("/").await;
    assert_eq!(landing.status, 200);
    assert_snapshot!("landing", landing.stable());
    assert_snapshot!("log_in_form", ada.get("/?form=log-in").await.stable());
    assert_snapshot!("sign_up_form", ada.get("/?form=sign-up").await.stable());
    assert_eq!(
        ada.get("/?form=other&form=x").await.stable(),
        landing.stable()
    );
    assert_eq!(ada.get("/sign-up").await.location(), Some("/?form=sign-up"));
    assert_eq!(ada.get("/log-in").await.location(), Some("/?form=log-in"));
}

#[apply(each_database!)]
async fn signing_up_logs_in(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    assert_eq!(ada.get("/").await.location(), Some("/home"));
    assert_snapshot!("account", ada.get("/account").await.stable());
}

#[apply(each_database!)]
async fn home_requires_a_log_in(chat: Chat) {
    let page = chat.browser().get("/home").await;
    assert_eq!((page.status, page.location()), (303, Some("/")));
    for path in [
        "/account/profile",
        "/account/password",
        "/log-out/everywhere",
    ] {
        let page = chat.browser().post(path, &[]).await;
        assert_eq!((page.status, page.location()), (303, Some("/")), "{path}");
    }
}

#[apply(each_database!)]
async fn a_sign_up_form_shows_each_problem_beside_its_field(chat: Chat) {
    let page = chat.browser().sign_up("A\u{200b}da", "7 chars").await;
    assert_eq!(page.status, 422);
    assert_snapshot!("sign_up_refused", page.stable());
    assert!(!page.says("7 chars"));
    assert_eq!(chat.count("SELECT count(*) FROM users").await, 0);
}

#[apply(each_database!)]
async fn a_log_in_form_keeps_the_name_and_not_the_password(chat: Chat) {
    chat.signed_up("Ada").await;
    let page = chat.browser().log_in("Ada", "wrong horse").await;
    assert_eq!(page.status, 422);
    assert_snapshot!("log_in_refused", page.stable());
    assert!(!page.says("wrong horse"));
}

#[apply(each_database!)]
async fn case_and_width_of_a_name_do_not_matter_at_log_in(chat: Chat) {
    chat.signed_up("Ada").await;
    let mut elsewhere = chat.browser();
    let page = elsewhere.log_in(" ＡDA ", "correct horse").await;
    assert_eq!((page.status, page.location()), (303, Some("/home")));
    assert!(elsewhere.is_logged_in().await);
}

#[apply(each_database!)]
async fn a_name_that_differs_only_in_case_is_taken(chat: Chat) {
    chat.signed_up("Straße").await;
    let page = chat.browser().sign_up("STRASSE", "correct horse").await;
    assert_eq!(page.status, 422);
    assert!(page.says("that name is taken: choose another"));
}

#[apply(each_database!)]
async fn only_one_of_two_simultaneous_sign_ups_gets_the_name(chat: Chat) {
    let (mut one, mut two) = (chat.browser(), chat.browser());
    let (one, two) = tokio::join!(
        one.sign_up("Ada", "correct horse"),
        two.sign_up("ada", "other horse")
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(chat.count("SELECT count(*) FROM users").await, 1);
}

#[apply(each_database!)]
async fn after_a_log_out_the_old_cookie_is_invalid(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let mut copy = ada.clone();
    let page = ada.post("/log-out", &[]).await;
    assert_eq!((page.status, page.location()), (303, Some("/")));
    assert_eq!(ada.session(), None);
    assert!(!copy.is_logged_in().await);
    assert_eq!(chat.count("SELECT count(*) FROM sessions").await, 0);
}

#[apply(each_database!)]
async fn a_profile_can_be_changed(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let fields = [
        ("display-name", "Ada Lovelace"),
        ("about", "Loves engines 👩‍🚀"),
    ];
    let page = ada.post("/account/profile", &fields).await;
    assert_eq!(page.location(), Some("/account?saved=profile"));
    let home = ada.get("/account?saved=profile").await;
    assert!(home.says("Ada Lovelace") && home.says("Loves engines 👩‍🚀"));
    assert!(home.says(">Saved<"));
    ada.post("/account/profile", &[("display-name", " "), ("about", "")])
        .await;
    assert!(!ada.get("/account").await.says("Lovelace"));
}

#[apply(each_database!)]
async fn a_profile_form_shows_problems_and_keeps_the_input(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let about = "x".repeat(161);
    let fields = [("display-name", "A\u{202e}da"), ("about", about.as_str())];
    let page = ada.post("/account/profile", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.says("this line has at most 160 characters") && page.says(&about));
    assert!(page.says("a display name cannot hold"));
}

#[apply(each_database!)]
async fn after_a_change_only_the_new_password_works(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let page = change_password(&mut ada, "correct horse", "battery staple").await;
    assert_eq!(page.location(), Some("/account?saved=password"));
    assert_eq!(
        chat.browser().log_in("Ada", "correct horse").await.status,
        422
    );
    assert_eq!(
        chat.browser().log_in("Ada", "battery staple").await.status,
        303
    );
}

#[apply(each_database!)]
async fn changing_a_password_requires_the_current_one(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let page = change_password(&mut ada, "wrong horse", "battery staple").await;
    assert_eq!(page.status, 422);
    assert!(page.says("this is not your current password"));
    let page = change_password(&mut ada, "correct horse", "short").await;
    assert!(page.says("a password has at least 8 characters"));
    assert_eq!(
        chat.browser().log_in("Ada", "correct horse").await.status,
        303
    );
}

#[apply(each_database!)]
async fn an_account_survives_a_restart_and_so_does_its_session(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    ada.router = make_chat::app(chat.reopen().await.unwrap());
    assert!(ada.is_logged_in().await);
}

async fn change_password(browser: &mut support::Browser, old: &str, new: &str) -> support::Page {
    let fields = [("present-password", old), ("new-password", new)];
    browser.post("/account/password", &fields).await
}
