//! What an attacker tries, and what comes of it.

use crate::support::{Browser, Chat, on_each_database};
use make_chat::accounts::sessions::DbSessions;
use tower_sessions::SessionStore;

#[tokio::test]
async fn a_planted_session_cookie_gets_a_new_id() {
    on_each_database(async |chat| {
        chat.signed_up("Ada").await;
        let mut mallory = chat.signed_up("Mallory").await;
        let planted = mallory.session().unwrap().to_owned();
        let mut victim = mallory.clone();
        victim.log_in("Ada", "correct horse").await;
        assert_ne!(victim.session(), Some(planted.as_str()));
        assert!(
            victim
                .get("/account")
                .await
                .says("<strong dir=\"auto\">Ada<")
        );
        assert!(!mallory.is_logged_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_made_up_session_cookie_becomes_no_session() {
    on_each_database(async |chat| {
        for made_up in ["AAAAAAAAAAAAAAAAAAAAAA", "'; DROP TABLE users"] {
            let mut mallory = chat.browser();
            let cookie = ("make_chat_session".to_owned(), made_up.to_owned());
            mallory.cookies.extend([cookie]);
            // Clones: each asks with the cookie, which the first answer takes away.
            assert!(!mallory.clone().is_logged_in().await);
            assert_eq!(mallory.clone().get("/").await.status, 200);
            assert_eq!(mallory.clone().get("/sign-up").await.status, 303);
            assert_eq!(mallory.clone().sign_up("", "").await.status, 422);
            mallory.get("/").await;
            assert_eq!(mallory.session(), None);
        }
        assert_eq!(chat.count("SELECT count(*) FROM sessions").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_get_does_not_log_out() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        for path in ["/log-out", "/log-out/everywhere"] {
            assert_eq!(ada.get(path).await.status, 405, "{path}");
        }
        assert!(ada.is_logged_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_form_on_another_site_is_refused() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        ada.origin = "https://evil.test";
        for path in ["/log-out", "/account/profile", "/log-in", "/sign-up"] {
            let page = ada.post(path, &[]).await;
            assert_eq!(page.status, 403, "{path}");
            assert!(page.says("sent by another site"));
        }
        ada.origin = "http://chat.test";
        ada.headers = vec![("sec-fetch-site", "cross-site".to_owned())];
        assert_eq!(ada.post("/log-out", &[]).await.status, 403);
        ada.headers.clear();
        assert!(ada.is_logged_in().await);
    })
    .await;
}

#[tokio::test]
async fn the_public_address_counts_as_ours_behind_a_proxy() {
    on_each_database(async |chat| {
        let mut ada = Browser::new(
            chat.with(|config| {
                config.public_url = Some("https://chat.example.org".to_owned());
            })
            .await,
        );
        ada.origin = "https://chat.example.org";
        assert_eq!(ada.sign_up("Ada", "correct horse").await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn scripts_and_other_sites_do_not_get_the_cookie() {
    on_each_database(async |chat| {
        let page = chat.browser().sign_up("Ada", "correct horse").await;
        let cookie = page.header("set-cookie").unwrap();
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "{cookie}");
    })
    .await;
}

#[tokio::test]
async fn behind_https_the_cookie_is_never_sent_in_the_clear() {
    on_each_database(async |chat| {
        let mut ada = Browser::new(
            chat.with(|config| {
                config.public_url = Some("https://chat.test".to_owned());
            })
            .await,
        );
        let page = ada.sign_up("Ada", "correct horse").await;
        assert!(page.header("set-cookie").unwrap().contains("; Secure"));
    })
    .await;
}

#[tokio::test]
async fn an_expired_session_opens_nothing_and_is_deleted() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        expire_sessions(&chat).await;
        assert!(!ada.is_logged_in().await);
        assert_eq!(ada.session(), None);
        make_chat::accounts::clean_up(&chat.state).await.unwrap();
        assert_eq!(chat.count("SELECT count(*) FROM sessions").await, 0);
    })
    .await;
}

#[tokio::test]
async fn every_request_gives_the_session_its_idle_time_again() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        chat.execute("UPDATE sessions SET expires_at = '2999-01-01T00:00:00+00:00'")
            .await;
        let page = ada.get("/home").await;
        assert!(page.header("set-cookie").unwrap().contains("Max-Age=1800"));
        let renewed =
            "SELECT count(*) FROM sessions WHERE expires_at < '2999-01-01T00:00:00+00:00'";
        assert_eq!(chat.count(renewed).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_request_still_running_at_log_out_does_not_bring_the_session_back() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        let id = ada.session().unwrap().parse().unwrap();
        let sessions = DbSessions::of(&chat.state);
        let loaded = sessions.load(&id).await.unwrap().unwrap();
        ada.post("/log-out", &[]).await;
        sessions.save(&loaded).await.unwrap();
        assert!(sessions.load(&id).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session_of_this_user_only() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        let mut bob = chat.signed_up("Bob").await;
        let mut elsewhere = chat.browser();
        elsewhere.log_in("Ada", "correct horse").await;
        ada.post("/log-out/everywhere", &[]).await;
        assert!(!ada.is_logged_in().await);
        assert!(!elsewhere.is_logged_in().await);
        assert!(bob.is_logged_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_the_sessions_elsewhere() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        let before = ada.session().unwrap().to_owned();
        let mut thief = ada.clone();
        let mut elsewhere = chat.browser();
        elsewhere.log_in("Ada", "correct horse").await;
        let fields = [
            ("present-password", "correct horse"),
            ("new-password", "battery staple"),
        ];
        ada.post("/account/password", &fields).await;
        assert!(ada.is_logged_in().await);
        assert_ne!(ada.session(), Some(before.as_str()));
        assert!(!thief.is_logged_in().await);
        assert!(!elsewhere.is_logged_in().await);
    })
    .await;
}

#[tokio::test]
async fn nobody_learns_at_log_in_which_names_exist() {
    on_each_database(async |chat| {
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
    })
    .await;
}

#[tokio::test]
async fn an_unknown_name_costs_as_much_work_as_a_wrong_password() {
    on_each_database(async |chat| {
        chat.signed_up("Ada").await;
        for name in ["Ada", "Eve", "", "a name that is far too long to exist"] {
            let before = chat.state.passwords.done();
            chat.browser().log_in(name, "wrong horse").await;
            assert_eq!(chat.state.passwords.done() - before, 1, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn guessing_one_password_is_slowed_down_from_however_many_addresses() {
    on_each_database(async |chat| {
        chat.signed_up("Ada").await;
        let mut mallory = chat.browser();
        for last in 1..=10 {
            mallory.address.set_ip([198, 51, 100, last].into());
            assert_eq!(mallory.log_in("ADA", "wrong horse").await.status, 422);
        }
        let page = mallory.log_in("ada", "correct horse").await;
        assert_eq!(page.status, 429);
        let seconds: u32 = page.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=30).contains(&seconds));
        assert!(page.says(&format!("too many tries: wait {seconds} second")));
        chat.signed_up("Bob").await;
        assert_eq!(
            chat.browser().log_in("Bob", "correct horse").await.status,
            303
        );
    })
    .await;
}

#[tokio::test]
async fn one_address_is_slowed_down_whatever_names_it_tries() {
    on_each_database(async |chat| {
        let mut mallory = chat.browser();
        for _ in 0..60 {
            assert_eq!(mallory.sign_up("", "").await.status, 422);
        }
        let page = mallory.sign_up("Eve", "correct horse").await;
        assert_eq!(page.status, 429);
        assert!(page.header("retry-after").is_some());
        mallory.address.set_ip([198, 51, 100, 1].into());
        assert_eq!(mallory.sign_up("Eve", "correct horse").await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn a_forged_forwarded_for_header_is_ignored() {
    on_each_database(async |chat| {
        assert_eq!(try_with_forwarded_for(&mut chat.browser()).await, 429);
    })
    .await;
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_about_the_nearest_hop_only() {
    on_each_database(async |chat| {
        let proxy = chat.browser().address.ip();
        let trusting = chat.with(|config| config.trusted_proxy = vec![proxy]).await;
        // The chat sees another address each time: nobody is slowed down.
        let mut through_proxy = Browser::new(trusting.clone());
        assert_eq!(try_with_forwarded_for(&mut through_proxy).await, 422);
        // What the browser itself wrote stands further left, and counts for nothing.
        let mut mallory = Browser::new(trusting);
        for last in 0..60 {
            let hops = format!("198.51.100.{last}, 203.0.113.7");
            mallory.headers = vec![("x-forwarded-for", hops)];
            mallory.sign_up("", "").await;
        }
        mallory.headers = vec![("x-forwarded-for", "10.9.8.7, 203.0.113.7".to_owned())];
        assert_eq!(mallory.sign_up("", "").await.status, 429);
    })
    .await;
}

#[tokio::test]
async fn html_in_names_and_profiles_is_text() {
    on_each_database(async |chat| {
        let mut eve = chat.signed_up("<b>\"Eve\"</b>").await;
        let script = "\"><script>a()</script>";
        let fields = [("display-name", script), ("about", script)];
        eve.post("/account/profile", &fields).await;
        let home = eve.get("/account").await;
        assert!(!home.says("<script>a") && !home.says("<b>"));
        assert!(home.says("script&#62;a()"));
        let refused = chat.browser().log_in(script, "wrong horse").await;
        assert!(!refused.says("<script>a") && refused.says("script&#62;a()"));
    })
    .await;
}

#[tokio::test]
async fn fields_that_the_form_does_not_have_are_ignored() {
    on_each_database(async |chat| {
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
    })
    .await;
}

async fn expire_sessions(chat: &Chat) {
    chat.execute("UPDATE sessions SET expires_at = '2020-01-01T00:00:00+00:00'")
        .await;
}

/// One try more than an address has, each under another forged address;
/// returns the status of the last.
async fn try_with_forwarded_for(browser: &mut Browser) -> u16 {
    let mut status = 0;
    for last in 0..=60 {
        let forged = format!("198.51.100.{last}");
        browser.headers = vec![("x-forwarded-for", forged)];
        // A refused form costs no hash: the tries are over before one is given back.
        status = browser.sign_up("", "").await.status;
    }
    status
}
