//! `cargo course verify`: schedule, hints, prose, claims

use crate::common::{PAGE, PLAN, Ran, Repository};

/// Checks the plan of the days with other words.
fn with_plan(old: &str, new: &str) -> Ran {
    let repository = Repository::new();
    repository.replace(PLAN, old, new);
    repository.verify("schedule")
}

/// Checks the repository's page with other words.
fn with_claim(old: &str, new: &str) -> Ran {
    let repository = Repository::new();
    repository.replace("README.md", old, new);
    repository.verify("claims")
}

#[test]
fn each_lesson_belongs_to_one_day() {
    with_plan("lessons = [1, 2]", "lessons = [1]").fails("the days hold the lessons 1");
    with_plan("lessons = [1, 2]", "lessons = [2, 1]").fails("the days hold the lessons 2, 1");
    with_plan("lessons = [1, 2]", "lessons = [1, 2, 2]").fails("hold each of these once");
}

#[test]
fn a_day_ends_in_time() {
    with_plan("10:45", "10:30").fails("day 1: it ends at 10:39, 10:30 at the latest");
}

#[test]
fn nobody_works_too_long_without_a_break() {
    let words = "\"Lesson: Hello\" takes 20 minutes, 19 at most without a break";
    with_plan("longest_stretch = 40", "longest_stretch = 19").fails(words);
}

#[test]
fn what_a_day_begins_with_takes_as_long_as_its_slides() {
    const DECK: &str = "slides/00-planning.md";
    let repository = Repository::new();
    repository.replace(
        PLAN,
        "minutes = 15",
        "minutes = 15, deck = \"00-planning.md\"",
    );
    let words = format!("{DECK}: the deck is missing");
    repository.verify("schedule").fails(&words);
    repository.write(DECK, "# Planning\n\n## One · 9 min\n\n## Two · 5 min\n");
    let words = format!("{DECK}: 15 minutes are planned, its slides take 14");
    repository.verify("schedule").fails(&words);
    repository.append(DECK, "\n## Three · 1 min\n");
    repository.verify("schedule").passes();
}

#[test]
fn a_handout_is_there_and_its_links_lead_somewhere() {
    const HANDOUT: &str = "slides/handouts/plan.md";
    let repository = Repository::new();
    repository.replace(
        PLAN,
        "minutes = 15",
        "minutes = 15, handout = \"handouts/plan.md\"",
    );
    let words = format!("{HANDOUT}: the handout is missing");
    repository.verify("schedule").fails(&words);
    repository.write(HANDOUT, "# Plan\n\n[more](gone.md)\n");
    repository.verify("schedule").passes();
    let words = format!("{HANDOUT}:3: `gone.md` does not exist");
    repository.verify("links").fails(&words);
}

#[test]
fn the_days_of_part_two_are_named_with_it() {
    let repository = Repository::with_part_two();
    repository.replace("lessons/08-more/README.md", "20", "200");
    let words = "slides/schedule.toml, day 1 of part two";
    repository.verify("schedule").fails(words);
}

#[test]
fn a_plan_that_cannot_be_read_says_why() {
    with_plan("start = \"09:00\"", "start = \"nine\"").fails("`nine` is no time");
    with_plan("break = 10", "brake = 10").fails("slides/schedule.toml cannot be read");
}

#[test]
fn each_lesson_says_how_long_it_takes() {
    let words = "README.md:3: the head of the page does not say `**60 minutes**`";
    Repository::with_page("**20 minutes**", "20 minutes")
        .verify("schedule")
        .fails(words);
}

#[test]
fn your_turn_has_three_hints() {
    let check = |old, new| Repository::with_page(old, new).verify("hints");
    check("Hint 3: nearly there", "Solution").fails("there are: 1, 2");
    check("Hint 2: what", "Hint 3: what").fails("there are: 1, 3, 3");
    check("Hint 2: what", "Hint: what").fails("wants the hints 1, 2, 3");
    check("A word is missing.", "").fails("a hint of \"Your turn\" says nothing");
}

#[test]
fn a_page_has_600_to_1000_words_of_prose() {
    let check = |prose: &str| {
        let repository = Repository::new();
        let page = repository.read(PAGE);
        let (start, rest) = page.split_once("Words explain").unwrap();
        let (_, end) = rest.split_once('\n').unwrap();
        repository.write(PAGE, &format!("{start}{prose}\n{end}"));
        repository.verify("prose")
    };
    check(&"word ".repeat(800)).passes();
    check(&"word ".repeat(500)).fails("600 to 1000 are wanted");
    check(&"word ".repeat(1_000)).fails("600 to 1000 are wanted");
}

#[test]
fn code_tables_and_what_is_folded_are_no_prose() {
    let words = "word ".repeat(900);
    let new_here = format!("## New here\n\n{words}\n\n");
    Repository::with_page("## New here\n", &new_here)
        .verify("prose")
        .passes();
    for block in [
        format!("```text\n{words}\n```"),
        format!("| a |\n|---|\n| {words} |"),
        format!("<details><summary>more</summary>\n\n{words}\n\n</details>"),
    ] {
        let repository = Repository::with_page("## Recap\n", &format!("## Recap\n\n{block}\n\n"));
        repository.verify("prose").passes();
    }
}

#[test]
fn what_the_repository_claims_is_linked_to_a_proof() {
    let link = ": [lesson 01](lessons/01-hello/README.md#steps)";
    with_claim(link, "").fails("README.md:5: this claim has no link");
    with_claim("lessons/01-hello/README.md#steps", "work/README.md")
        .fails("`work/README.md` is no lesson and no test that exists");
    with_claim("tests/farewell.rs", "tests/gone.rs").fails("README.md:6: ");
    with_claim("tests/farewell.rs", "src/farewell.rs").fails("is no lesson and no test");
    with_claim("## What it does", "## Claims").fails("there is no list under `## What it does`");
}

#[test]
fn the_repositorys_page_lists_the_lessons() {
    let row = "| [02 Farewell](lessons/02-farewell/README.md) | goodbye |\n";
    let wanted = "begin it with `| [02 Farewell](lessons/02-farewell/README.md) |`";
    with_claim(row, "").fails(wanted);
    with_claim("[02 Farewell]", "[02 Goodbye]").fails(wanted);
    with_claim(
        "(lessons/02-farewell/README.md)",
        "(lessons/02-bye/README.md)",
    )
    .fails(wanted);
    with_claim("## The lessons", "## Others").fails("no row for lesson 01 begins like this");
    with_claim(row, &format!("{row}{row}")).fails("README.md:15: this row is about no lesson");
}
