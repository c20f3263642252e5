//! Attacks, and the defences against them.

use crate::support::{Browser, Chat, each_database};
use macro_rules_attribute::apply;

#[apply(each_database!)]
async fn a_get_does_not_log_out(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for path in ["/log-out", "/log-out/everywhere"] {
        assert_eq!(ada.get(path).await.status, 405, "{path}");
    }
    assert!(ada.is_logged_in().await);
}

#[apply(each_database!)]
async fn a_form_on_another_site_is_refused(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    ada.origin = "https://evil.test";
    for path in ["/log-out", "/account/profile", "/log-in", "/sign-up"] {
        let page = ada.post(path, &[]).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.says("came from another site"));
    }
    ada.origin = "http://chat.test";
    ada.headers = vec![("sec-fetch-site", "cross-site".to_owned())];
    assert_eq!(ada.post("/log-out", &[]).await.status, 403);
    ada.headers.clear();
    assert!(ada.is_logged_in().await);
}

#[apply(each_database!)]
async fn behind_a_proxy_the_public_address_is_trusted(chat: Chat) {
    let mut ada = Browser::new(
        chat.with(|config| {
            config.public_url = Some("https://chat.example.org".to_owned());
        })
        .await,
    );
    ada.origin = "https://chat.example.org";
    assert_eq!(ada.sign_up("Ada", "correct horse").await.status, 303);
}

#[apply(each_database!)]
async fn log_in_does_not_reveal_which_names_exist(chat: Chat) {
    chat.signed_up("Ada").await;
    let known = chat.browser().log_in("Ada", "wrong horse").await;
    let unknown = chat.browser().log_in("Eve", "wrong horse").await;
    assert_eq!((known.status, unknown.status), (422, 422));
    assert!(known.says("the name or the password is wrong"));
    assert_eq!(known.body.replace("Ada", "Eve"), unknown.body);
    for odd in ["", "a name that is far too long to exist", "A\u{200b}da"] {
        let page = chat.browser().log_in(odd, "wrong horse").await;
        assert!(page.says("the name or the password is wrong"), "{odd}");
    }
}

#[apply(each_database!)]
async fn an_unknown_name_takes_as_much_work_as_a_wrong_password(chat: Chat) {
    chat.signed_up("Ada").await;
    for name in ["Ada", "Eve", "", "a name that is far too long to exist"] {
        let before = chat.state.accounts.passwords_done();
        chat.browser().log_in(name, "wrong horse").await;
        assert_eq!(chat.state.accounts.passwords_done() - before, 1, "{name}");
    }
}

#[apply(each_database!)]
async fn guessing_one_password_is_limited(chat: Chat) {
    chat.signed_up("Ada").await;
    let mut mallory = chat.browser();
    mallory.address.set_ip([198, 51, 100, 1].into());
    for _ in 1..=10 {
        assert_eq!(mallory.log_in("ADA", "wrong horse").await.status, 422);
    }
    let page = mallory.log_in("ada", "correct horse").await;
    assert_eq!(page.status, 429);
    let seconds: u32 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=30).contains(&seconds));
    assert!(page.says(&format!("too many attempts: wait {seconds} second")));
    chat.signed_up("Bob").await;
    assert_eq!(
        chat.browser().log_in("Bob", "correct horse").await.status,
        303
    );
}

#[apply(each_database!)]
async fn a_taken_name_takes_as_much_work_at_sign_up_as_a_free_one(chat: Chat) {
    chat.signed_up("Ada").await;
    for (name, status) in [("Ada", 422), ("Eve", 303)] {
        let before = chat.state.accounts.passwords_done();
        let page = chat.browser().sign_up(name, "correct horse").await;
        assert_eq!(page.status, status, "{name}");
        assert_eq!(chat.state.accounts.passwords_done() - before, 1, "{name}");
    }
}

#[apply(each_database!)]
async fn signing_up_one_name_is_limited(chat: Chat) {
    chat.signed_up("Ada").await;
    let mut mallory = chat.browser();
    for _ in 2..=10 {
        assert_eq!(mallory.sign_up("ADA", "correct horse").await.status, 422);
    }
    assert_eq!(mallory.sign_up("ada", "correct horse").await.status, 429);
    assert_eq!(mallory.sign_up("Eve", "correct horse").await.status, 303);
}

#[apply(each_database!)]
async fn logging_in_from_one_address_is_limited_even_with_many_names(chat: Chat) {
    chat.signed_up("Ada").await;
    let mut mallory = with_few_attempts(&chat).await;
    // Longer than any password, so that it is not hashed and takes no time.
    let long = "x".repeat(1_001);
    for _ in 0..ATTEMPTS {
        assert_eq!(mallory.log_in("", &long).await.status, 422);
    }
    assert_eq!(mallory.log_in("Ada", "correct horse").await.status, 429);
    mallory.address.set_ip([198, 51, 100, 1].into());
    assert_eq!(mallory.log_in("Ada", "correct horse").await.status, 303);
}

#[apply(each_database!)]
async fn signing_up_from_one_address_is_limited_even_with_many_names(chat: Chat) {
    let mut mallory = with_few_attempts(&chat).await;
    for _ in 0..ATTEMPTS {
        assert_eq!(mallory.sign_up("", "").await.status, 422);
    }
    let page = mallory.sign_up("Eve", "correct horse").await;
    assert_eq!(page.status, 429);
    assert!(page.header("retry-after").is_some());
    mallory.address.set_ip([198, 51, 100, 1].into());
    assert_eq!(mallory.sign_up("Eve", "correct horse").await.status, 303);
}

#[apply(each_database!)]
async fn a_forged_forwarded_for_header_is_ignored(chat: Chat) {
    assert_eq!(
        try_with_forwarded_for(&mut with_few_attempts(&chat).await).await,
        429
    );
}

#[apply(each_database!)]
async fn a_trusted_proxy_is_trusted_only_for_the_nearest_hop(chat: Chat) {
    let proxy = chat.browser().address.ip();
    let trusting = chat
        .with(|config| {
            config.trusted_proxy = vec![proxy];
            config.attempts_per_address = ATTEMPTS.try_into().unwrap();
        })
        .await;
    // The address is another one each time, so there is no limit.
    let mut through_proxy = Browser::new(trusting.clone());
    assert_eq!(try_with_forwarded_for(&mut through_proxy).await, 422);
    // The browser's own entry is further left, and is ignored.
    let mut mallory = Browser::new(trusting);
    for last in 0..ATTEMPTS {
        let hops = format!("198.51.100.{last}, 203.0.113.7");
        mallory.headers = vec![("x-forwarded-for", hops)];
        mallory.sign_up("", "").await;
    }
    mallory.headers = vec![("x-forwarded-for", "10.9.8.7, 203.0.113.7".to_owned())];
    assert_eq!(mallory.sign_up("", "").await.status, 429);
}

#[apply(each_database!)]
async fn html_in_names_and_profiles_is_text(chat: Chat) {
    let mut eve = chat.signed_up("<b>\"Eve\"</b>").await;
    let script = "\"><script>a()</script>";
    let fields = [("display-name", script), ("about", script)];
    eve.post("/account/profile", &fields).await;
    let home = eve.get("/account").await;
    assert!(!home.says("<script>a") && !home.says("<b>"));
    assert!(home.says("script&#62;a()"));
    let refused = chat.browser().log_in(script, "wrong horse").await;
    assert!(!refused.says("<script>a") && refused.says("script&#62;a()"));
}

#[apply(each_database!)]
async fn fields_that_the_form_does_not_have_are_ignored(chat: Chat) {
    let fields = [
        ("name", "Ada"),
        ("password", "correct horse"),
        ("id", "99"),
        ("display_name", "Root"),
        ("created_at", "1970-01-01"),
    ];
    let mut ada = chat.browser();
    assert_eq!(ada.post("/sign-up", &fields).await.status, 303);
    assert_eq!(
        chat.count("SELECT count(*) FROM users WHERE id = 99").await,
        0
    );
    assert!(!ada.get("/account").await.says("Root"));
}

#[apply(each_database!)]
async fn a_person_who_changes_the_profile_too_often_must_wait(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let fields = [("display-name", "Ada"), ("about", "")];
    for _ in 0..20 {
        assert_eq!(ada.post("/account/profile", &fields).await.status, 303);
    }
    let page = ada.post("/account/profile", &fields).await;
    assert_eq!(page.status, 429);
    assert!(page.says("too many attempts: wait"));
    assert!(page.header("retry-after").is_some());
    let mut bob = chat.signed_up("Bob").await;
    assert_eq!(bob.post("/account/profile", &fields).await.status, 303);
}

/// How many attempts an address may make in some tests: few, so that they take less time than the
/// limit needs to refill.
const ATTEMPTS: u32 = 12;

async fn with_few_attempts(chat: &Chat) -> Browser {
    let router = chat.with(|config| config.attempts_per_address = ATTEMPTS.try_into().unwrap());
    Browser::new(router.await)
}

/// Makes one attempt more than an address may, each with another forged address. Returns the status
/// of the last one.
async fn try_with_forwarded_for(browser: &mut Browser) -> u16 {
    let mut status = 0;
    for last in 0..=ATTEMPTS {
        let forged = format!("198.51.100.{last}");
        browser.headers = vec![("x-forwarded-for", forged)];
        // A refused form is not hashed, so all attempts are made before the limit refills.
        status = browser.sign_up("", "").await.status;
    }
    status
}
