use super::*;

fn kinds(packet: &Packet) -> Vec<(Kind, &str)> {
    let parts = packet.parts.iter();
    parts.map(|part| (part.kind, part.text.as_str())).collect()
}

#[test]
fn every_engine_type_has_its_name() {
    for (digit, name) in ENGINE_TYPES.iter().enumerate() {
        assert_eq!(Packet::of_text(&digit.to_string()).engine, Some(*name));
    }
    let open = Packet::of_text(r#"0{"sid":"x"}"#);
    assert_eq!(
        kinds(&open),
        [(Kind::Engine, "0"), (Kind::EngineData, r#"{"sid":"x"}"#)]
    );
    let probe = Packet::of_text("2probe");
    assert_eq!(probe.engine, Some("ping"));
    assert_eq!(kinds(&probe)[1], (Kind::EngineData, "probe"));
}

#[test]
fn every_socket_type_has_its_name() {
    let packets = [
        ("40", "connect"),
        ("41", "disconnect"),
        (r#"42["a"]"#, "event"),
        ("430[]", "ack"),
        (r#"44{"message":"no"}"#, "connect error"),
        (r#"451-["a"]"#, "binary event"),
        ("461-7[]", "binary ack"),
    ];
    for (text, name) in packets {
        let packet = Packet::of_text(text);
        assert_eq!(packet.socket, Some(name), "{text}");
        assert_eq!(packet.namespace.as_deref(), Some("/"), "{text}");
        assert_eq!(packet.problem, None, "{text}");
    }
}

#[test]
fn an_ask_is_taken_apart() {
    let packet = Packet::of_text(r#"42/admin,17["message:send", {"z":1,"a":[2]} ]"#);
    assert_eq!(packet.namespace.as_deref(), Some("/admin"));
    assert_eq!(packet.ack_id, Some(17));
    assert_eq!(packet.event.as_deref(), Some("message:send"));
    assert_eq!(packet.payload.as_deref(), Some(r#"{"z":1,"a":[2]}"#));
    assert_eq!(
        kinds(&packet)[..4],
        [
            (Kind::Engine, "4"),
            (Kind::Socket, "2"),
            (Kind::Namespace, "/admin,"),
            (Kind::Ack, "17"),
        ]
    );
}

#[test]
fn a_binary_event_says_how_many_attachments_follow() {
    let packet = Packet::of_text(r#"452-["file",{"_placeholder":true,"num":0}]"#);
    assert_eq!(packet.event.as_deref(), Some("file"));
    assert_eq!(kinds(&packet)[2], (Kind::Attachments, "2-"));
    let attachment = Packet::of_bytes(&[0, 171]);
    assert_eq!(attachment.payload.as_deref(), Some("2 bytes"));
    assert_eq!(kinds(&attachment), [(Kind::Binary, "00 ab")]);
}

#[test]
fn the_room_is_the_channel_that_an_event_or_an_answer_names() {
    let room = |text| Packet::of_text(text).room;
    let named = Some("General".to_owned());
    assert_eq!(room(r#"42["m",{"channel":"General"}]"#), named);
    assert_eq!(room(r#"431[{"ok":{"channel":"General"}}]"#), named);
    assert_eq!(room(r#"42["m",{"channel":7}]"#), Some("7".to_owned()));
    assert_eq!(room(r#"42["m",{"body":"channel"}]"#), None);
}

#[test]
fn what_is_broken_is_said_and_kept() {
    let deep = format!(r#"42["a",{}"#, "[".repeat(1000));
    let broken = [
        ("", "it does not begin with a digit"),
        ("hello", "it does not begin with a digit"),
        ("9", "it does not begin with a digit"),
        ("é", "it does not begin with a digit"),
        ("4", "the second digit"),
        ("49", "the second digit"),
        ("4é", "the second digit"),
        ("42", "its payload is missing"),
        ("42[", "its payload is no JSON"),
        ("42[]", "begins with its name"),
        ("42[1]", "begins with its name"),
        (r#"42{"a":1}"#, "begins with its name"),
        ("45[]", "the number of attachments"),
        ("4512", "the number of attachments"),
        (deep.as_str(), "its payload is no JSON: recursion limit"),
    ];
    for (text, problem) in broken {
        let packet = Packet::of_text(text);
        let said = packet.problem.clone().unwrap_or_default();
        assert!(said.contains(problem), "{text}: {said}");
    }
}

#[test]
fn the_parts_together_are_the_packet() {
    let texts = [
        "2",
        "42/é,18446744073709551616[\"a\"] ",
        "4511-/x,9[\"é\",{}]",
        "42/only-a-namespace",
        "43[",
        "49é",
        "b",
    ];
    for text in texts {
        let parts = Packet::of_text(text).parts;
        let together: String = parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(together, text);
    }
}
