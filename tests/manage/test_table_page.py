"""The table of registrations as the team sees it: numbers, rows, marks, what each role may do, and odd questions."""

import re

import pytest
from sqlalchemy import Connection, insert, update

from confman.store.outbox import letter
from confman.store.registrations import answer_sensitive, registration
from tests.builders import NOW, AnEvent, a_question, an_event
from tests.manage.table_looking import at, codes, found_number, links, names, plain, rows, see
from tests.manage.table_people import change, people
from tests.office import Office


def came_back(connection: Connection, code: str) -> None:
    """The letter to confirm did not reach them."""
    row = connection.execute(registration.select().where(registration.c.code == code)).one()
    sent = {"event_id": row.event_id, "registration_id": row.id, "recipient": row.email, "recipient_key": row.email_key}
    when = {"created_at": NOW, "due_at": NOW, "failed_at": NOW, "failure": "550 5.1.1"}
    connection.execute(
        insert(letter).values(id=row.id, kind="registered", language="de", message_id=code, **sent, **when)
    )


def needs(connection: Connection, made: AnEvent, code: str) -> None:
    question_id = a_question(connection, made, "unterstuetzung", "many", sensitive=True)
    whose = connection.execute(registration.select().where(registration.c.code == code)).one().id
    connection.execute(
        insert(answer_sensitive).values(registration_id=whose, question_id=question_id, value=["gebaerdensprache"])
    )


def test_each_number_finds_as_many_people_as_it_says(office: Office) -> None:
    made, known = people(office)
    office.write(came_back, known["Schmidt"])
    office.write(needs, made, known["Spät"])
    member = office.signed_in_as(made, needs=True)

    said = links(see(member, at(made)), "numbers")

    assert list(said) == [
        "10 angemeldet",
        "2 warten auf Bestätigung",
        "2 Warteliste",
        "1 abgesagt",
        "1 Reservierung abgelaufen",
        "1 Mitwirkende",
        "3 ohne Forum",
        "1 Unterstützung offen",
        "1 E-Mail unzustellbar",
    ]
    found = {text: found_number(see(member, address)) for text, address in said.items()}
    assert found == {text: int(text.split()[0]) for text in said}


def test_a_row_says_who_what_and_how_it_stands(sqlite_office: Office) -> None:
    made, known = people(sqlite_office)
    member = sqlite_office.signed_in_as(made, "reader")

    told = {row[0]: row[1:] for row in rows(see(member, at(made), status="all"))}

    received = "So. 22. Nov., 13 Uhr"
    assert told["Müller, Ada"] == ["Stadt Lindenbrück", "konferenz", "Forum 1", "angemeldet", received, "⚑ Anmerkung"]
    assert told["von der Wiese, Ursula Dr."] == ["", "werkstatt", "", "angemeldet", received, ""]
    assert told["Wartklima, Ada"][1:4] == ["konferenz", "Forum 1 (Warteliste 1) Forum 2", "angemeldet"]
    assert told["Wartwerkstatt, Ada"][1:4] == ["werkstatt (Warteliste 1)", "", "Warteliste 1"]
    assert told["Alt, Ada"][3:] == ["wartet auf Bestätigung", "Sa. 21. Nov., 13 Uhr", "● Zu erledigen"]
    assert told["Abgesagt, Ada"][1:4] == ["konferenz", "Forum 2", "abgesagt"]
    assert told["Abgelaufen, Ada"][3] == "Reservierung abgelaufen"
    assert known.keys() == {name.partition(",")[0] for name in told}


def test_columns_are_chosen_in_the_address_and_kept(sqlite_office: Office) -> None:
    made, _ = people(sqlite_office)
    member = sqlite_office.signed_in_as(made)

    page = see(member, at(made, "?columns=email&columns=code&q=schmidt"))

    assert [plain(cell) for cell in rows(page)[0][1:4]] == [
        "Schmidt, Ada",
        codes(page)[0],
        "Anna_Schmidt@lindenbrueck.example",
    ]
    assert links(page, "numbers")["1 abgesagt"].endswith("?status=cancelled&columns=code.email")


@pytest.mark.parametrize("role", ["owner", "organiser", "reader"])
def test_only_who_acts_sees_boxes_and_actions(sqlite_office: Office, role: str) -> None:
    made, known = people(sqlite_office)
    page = see(sqlite_office.signed_in_as(made, role), at(made), q="schmidt")

    acts = role != "reader"
    assert codes(page) == ([known["Schmidt"]] if acts else [])
    leads = {text: address.rpartition("/registrations/")[2] for text, address in links(page).items()}
    assert leads["Schmidt, Ada"] == known["Schmidt"]
    assert {text: to for text, to in leads.items() if text.endswith(": Schmidt, Ada")} == (
        {
            "Umbuchen : Schmidt, Ada": f"{known['Schmidt']}/places",
            "Absagen : Schmidt, Ada": f"{known['Schmidt']}/cancellation",
        }
        if acts
        else {}
    )
    assert ("/bulk/" in page, "/registrations/new" in page) == (acts, acts)


def test_a_need_is_a_mark_only_for_who_may_know_and_looks_like_any_task(sqlite_office: Office) -> None:
    made, known = people(sqlite_office)
    sqlite_office.write(needs, made, known["Spät"])

    marks = {
        sees: rows(see(sqlite_office.signed_in_as(made, needs=sees), at(made), q="spät"))[0][-2]
        for sees in (True, False)
    }
    stranger = see(sqlite_office.signed_in_as(made), at(made), mark="needs")

    assert marks == {True: "● Zu erledigen", False: ""}
    assert "Weggelassen: Hinweis" in plain(stranger)
    assert "Unterstützung" not in plain(stranger)


def test_an_address_that_was_corrected_is_undeliverable_no_more(sqlite_office: Office) -> None:
    made, known = people(sqlite_office)
    sqlite_office.write(came_back, known["Schmidt"])
    member = sqlite_office.signed_in_as(made)

    before = names(see(member, at(made), mark="undeliverable"))
    sqlite_office.write(
        change, known["Schmidt"], email="neu@lindenbrueck.example", email_key="neu@lindenbrueck.example"
    )

    assert before == ["Schmidt, Ada"]
    assert names(see(member, at(made), mark="undeliverable")) == []


def test_who_is_at_the_desk_sees_no_table(sqlite_office: Office) -> None:
    made, _ = people(sqlite_office)
    member = sqlite_office.signed_in_as(made, "desk")

    assert [member.see(at(made, path)).status_code for path in ("", "/addresses")] == [403, 403]


def test_the_selection_is_posted_with_its_filter(sqlite_office: Office) -> None:
    made, known = people(sqlite_office)

    page = see(sqlite_office.signed_in_as(made), at(made), q="linden", forum="klima")

    form = page.partition('class="selection"')[2].partition("</form>")[0]
    assert 'name="q" value="linden"' in form
    assert 'name="forum" value="klima"' in form
    assert 'name="all" value="1"' in form
    assert codes(form) == [known["Żółkiewski"], known["Müller"]]
    assert [word in form for word in ("bulk/move", "bulk/letter", "bulk/cancel")] == [True] * 3


def test_what_to_do_with_the_chosen_comes_before_the_table_and_after_it(sqlite_office: Office) -> None:
    """Whoever has no mouse gets from a ticked box to the buttons below at once; Enter in a box presses the first."""
    made, _ = people(sqlite_office)

    page = see(sqlite_office.signed_in_as(made), at(made))
    before, _, rest = page.partition('class="selection"')[2].partition("<table")
    table, _, after = rest.partition("</table>")

    said = [re.findall(r'formaction="[^"]*/bulk/(\w+)"', part) for part in (before, table, after)]
    assert said == [["move", "letter", "cancel"], [], ["move", "letter", "cancel"]]
    assert "Personen in der Liste ankreuzen, dann:" in plain(before)
    assert (table.count('href="#chosen"'), after.count('id="chosen"')) == (len(codes(page)), 1)


def test_another_language_keeps_what_the_page_shows(sqlite_office: Office) -> None:
    made, _ = people(sqlite_office)
    member = sqlite_office.signed_in_as(made)

    german = see(member, at(made, "?q=schmidt&columns=email&columns=code&path=x&lang=de"))
    english = links(german)["English"]

    assert english == at(made, "?lang=en&q=schmidt&columns=email&columns=code&path=x")
    assert names(see(member, english)) == ["Schmidt, Ada"]
    assert links(see(member, english))["Deutsch"] == at(made, "?lang=de&q=schmidt&columns=email&columns=code&path=x")


def test_nobody_found_offers_those_who_have_left(sqlite_office: Office) -> None:
    made, _ = people(sqlite_office)
    member = sqlite_office.signed_in_as(made)

    page = see(member, at(made), q="abgesagt")
    wider = links(page)["Auch Abgesagte und Abgelaufene durchsuchen"]

    assert "Niemand gefunden." in plain(page)
    assert names(see(member, wider)) == ["Abgesagt, Ada"]


def test_where_nobody_has_registered_the_page_to_share_is_shown(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event)

    page = see(sqlite_office.signed_in_as(made), at(made))

    assert "Noch keine Anmeldungen. Seite teilen: https://events.example.org/events/abschlusskonferenz" in plain(page)
    assert "QR-Code mit der Adresse der Seite" in page


def test_addresses_are_copied_once_each_and_only_of_the_filter(office: Office) -> None:
    made, known = people(office)
    office.write(change, known["Müller"], email="Amt@lindenbrueck.example", email_key="amt@lindenbrueck.example")
    office.write(change, known["Spät"], email="amt@Lindenbrueck.example", email_key="amt@lindenbrueck.example")
    member = office.signed_in_as(made, "reader")

    page = see(member, links(see(member, at(made), part="konferenz"))["Adressen kopieren (2)"])

    assert plain(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]) == (
        "Amt@lindenbrueck.example, Anna_Schmidt@lindenbrueck.example"
    )


ODD = (
    "x" * 6_000,
    "\x00",
    "%",
    "_",
    "'; DROP TABLE registration; --",
    '"><script>',
    "\\",
    "\U0001f600",
    "@",
    "@%\x00",
)


def test_odd_questions_are_answered_calmly(office: Office) -> None:
    made, _ = people(office)
    member = office.signed_in_as(made)
    names_of_all = ("q", "status", "part", "forum", "category", "mark", "order", "columns", "after", "before")

    for odd in ODD:
        page = see(member, at(made), **dict.fromkeys(names_of_all, odd))
        assert ("<script>" in page, names(page)) == (False, [])
    for name in names_of_all:
        assert len(names(see(member, at(made), **{name: "\x00"}))) == (0 if name == "q" else 11)
    assert names(see(member, at(made), q="x" * 10_000)) == []
    assert member.see(at(made, "?q=%FF")).status_code == 400


def test_nothing_of_another_host_is_found(office: Office) -> None:
    made, known = people(office)
    other = office.write(an_event, slug="anderswo")
    stranger = office.signed_in_as(other)
    code = known["Schmidt"]

    asked = [
        {"q": code},
        {"q": "schmidt"},
        {"q": "anna_schmidt@"},
        {"after": code},
        {"before": code},
        {"part": "konferenz"},
    ]
    pages = [see(stranger, at(other), status="all", **each) for each in asked]

    assert [names(page) for page in pages] == [[]] * len(asked)
    assert [word for word in ("Schmidt,", "Anna_Schmidt") if any(word in page for page in pages)] == []
    assert stranger.see(at(made)).text == stranger.see("/manage/events/gibt-es-nicht/registrations").text


def test_states_of_others_are_not_told_by_a_row_that_was_erased(sqlite_office: Office) -> None:
    """The page goes on at its beginning where the last one that was seen is not there any more."""
    made, known = people(sqlite_office)
    sqlite_office.write(
        lambda connection: connection.execute(
            update(registration).where(registration.c.code == known["Alt"]).values(code="ZZZZ-ZZZZ")
        )
    )

    page = see(sqlite_office.signed_in_as(made), at(made), after=known["Alt"])

    assert "Die Liste hat sich inzwischen geändert; sie beginnt wieder vorn." in plain(page)
    assert len(names(page)) == 11
