"""The second factor: set up with the password and a code of the authenticator, switched off with the password."""

from typing import Final

from litestar import Response

from confman.domain.errors import NotSignedIn
from confman.http.cookies import CookieName, told
from confman.http.counter import Desk, counter_form, counter_page, see_other
from confman.http.forms import Filled, Message, Sent
from confman.http.signin_page import SIGN_IN
from confman.kernel import one_time
from confman.kernel.i18n import N_
from confman.usecases import account
from confman.usecases.account import SetUp
from confman.web.manage.account import HERE as ACCOUNT
from confman.web.manage.account import in_session, proven_by, with_new_session
from confman.web.manage.pictures import picture_of
from confman.web.manage.signin import with_session

HERE: Final = f"{ACCOUNT}/second-factor"
_WRONG = N_("This code is not right. Please enter the one that your authenticator shows now.")


@counter_page(HERE)
async def see(desk: Desk) -> Response[bytes]:
    return await _page(desk, one_time.new_salt(), Filled())


@counter_form(HERE)
async def turn_on(desk: Desk) -> Response[bytes]:
    salt, code = desk.sent.text("salt"), desk.sent.text("code")
    if not one_time.is_salt(salt):
        return await _page(desk, one_time.new_salt(), Filled())
    proven = await proven_by(desk, "password")
    if isinstance(proven, Message):
        return await _page(desk, salt, Filled(Sent(), (proven,)))
    try:
        done = await desk.node.work.write(account.turn_on, proven, SetUp(salt, code), desk.node.secrets)
    except NotSignedIn:
        return see_other(HERE)
    if done is None:
        return await _page(desk, salt, Filled(Sent(), (Message("code", desk.say(_WRONG)),)))
    session, codes = done
    answer = in_session(desk, session).page("manage/recovery_codes.html", codes=codes, is_new=True)
    return with_session(desk.request, desk.node, session, answer)


@counter_form(f"{HERE}/removal")
async def turn_off(desk: Desk) -> Response[bytes]:
    proven = await proven_by(desk, "password")
    if isinstance(proven, Message):
        return await _page(desk, "", Filled(Sent(), (proven,)))
    return await with_new_session(
        desk,
        lambda: desk.node.work.write(account.turn_off, proven),
        lambda _desk: desk.see_other(ACCOUNT, done="off"),
    )


@counter_form(f"{HERE}/codes")
async def renew_codes(desk: Desk) -> Response[bytes]:
    proven = await proven_by(desk, "password_for_codes")
    if isinstance(proven, Message):
        return await _page(desk, "", Filled(Sent(), (proven,)))
    try:
        session, codes = await desk.node.work.write(account.renew_codes, proven)
    except NotSignedIn:
        return see_other(SIGN_IN)
    answer = in_session(desk, session).page("manage/recovery_codes.html", codes=codes, is_new=False)
    return with_session(desk.request, desk.node, session, answer)


async def _page(desk: Desk, salt: str, form: Filled) -> Response[bytes]:
    cookie = told(desk.request, desk.node, CookieName.SESSION)
    found = await desk.node.work.read(account.of, desk.who, cookie, desk.now)
    status = 422 if form.messages else 200
    if found.codes_left is not None:
        return desk.page("manage/second_factor_on.html", status=status, account=found, form=form)
    salt = salt or one_time.new_salt()
    key = one_time.key_of(desk.node.secrets, desk.who.member_id, salt)
    picture = picture_of(one_time.address_of(key, found.email, desk.node.settings.site))
    groups = [key[at : at + 4] for at in range(0, len(key), 4)]
    return desk.page("manage/second_factor.html", status=status, form=form, salt=salt, groups=groups, picture=picture)
