"""Decisions about programs that need approval: who decides, what becomes of it, and where it stands for the card."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agents.wire import Grant, grant_signature, sha256_of
from bot.blocks.approval import Standing
from bot.errors import BadRequest, Stale
from bot.people import Rights
from bot.permissions import Actor
from bot.store.approval_states import Approval
from bot.store.approvals import NEEDS_APPROVAL, ApprovalStore
from bot.store.models import CodeVersion, Run

logger = logging.getLogger(__name__)

OVER = {
    "approval_used": "The approval was for one run, which has been started.",
    "approval_expired": "The approval ran out after 30 minutes.",
    "approval_void": "The approval is void, because the code has changed since or was cancelled.",
}
"""By the code of the refusal."""
ASKED_AGAIN = "I have asked for another one: the program's card says whom it waits for."


@dataclass(frozen=True)
class Approvals:
    """Every method that decides raises Refused or Stale, with a sentence for the person."""

    store: ApprovalStore
    rights: Rights

    async def approve(self, actor: Actor, approval_id: str, channel: str) -> None:
        """A click on Approve, in the program's channel."""
        asked = await self.store.find(approval_id)
        needed = await self.rights.require_approver(actor, channel, asked.cluster, asked.requester)
        approval = await self.store.approve(asked.id, actor.user_id, needed)
        logger.info("approval=<%s>, by=<%s>, state=<%s> | approved", asked.id, actor.user_id, approval.state)

    async def decline(self, actor: Actor, approval_id: str, channel: str) -> None:
        """A click on Decline, or on Withdraw approval: whoever may approve may."""
        asked = await self.store.find(approval_id)
        await self.rights.require_approver(actor, channel, asked.cluster, asked.requester)
        await self.store.decline(asked.id, actor.user_id)
        logger.info("approval=<%s>, by=<%s> | declined", asked.id, actor.user_id)

    @asynccontextmanager
    async def asking_again(self, version_id: str, user_id: str) -> AsyncIterator[None]:
        """Where a program is to be run: when its approval is over, another one is asked for, and Stale says so."""
        try:
            yield
        except Stale as stale:
            if stale.code not in OVER:
                raise
            asked = await self.store.ask_again(version_id, user_id)
            logger.info("approval=<%s>, by=<%s> | asked again", asked.id, user_id)
            raise Stale(stale.code, f"{OVER[stale.code]} {ASKED_AGAIN}") from stale

    async def ask_again(self, actor: Actor, version_id: str, channel: str) -> None:
        """A click on Ask for approval: whoever may run may ask for it."""
        await self.rights.require(actor, "run", channel)
        asked = await self.store.ask_again(version_id, actor.user_id)
        logger.info("approval=<%s>, by=<%s> | asked again", asked.id, actor.user_id)

    async def standing(self, version: CodeVersion) -> Standing | None:
        """Where the approval of a program stands now; None for a program that needs none."""
        approval = await self.store.current(version.id) if version.state == NEEDS_APPROVAL else None
        return None if approval is None else self._standing(approval)

    async def is_first_call(self, standing: Standing) -> bool:
        """Whether the approvers have not been called to this approval yet."""
        return await self.store.is_first_call(standing.approval_id)

    def _standing(self, approval: Approval) -> Standing:
        approvers = self.rights.settings.approvers_for(approval.cluster)
        return Standing(
            approval_id=approval.id,
            number=approval.number,
            state=approval.state,
            requester=approval.requester,
            by=approvers.by if approvers else None,
            ids=approvers.ids if approvers else (),
            needed=approvers.needed if approvers else 1,
            approvers=approval.approvers,
            expires_at=approval.expires_at,
            ended_by=approval.ended_by,
        )

    async def grant(self, run: Run, version: CodeVersion) -> Grant | None:
        """The signed approval of a run that uses one up: of exactly the stored program, on exactly its cluster."""
        if version.state != NEEDS_APPROVAL:
            return None
        used = await self.store.of_run(version.id, run.id)
        key = self.rights.settings.approval_key
        if used is None or key is None or used.expires_at is None:
            return None
        expires_at = int(used.expires_at)
        signature = grant_signature(
            key.get_secret_value(),
            code_sha256=sha256_of(version.code),
            cluster=run.cluster,
            run_id=run.id,
            approvers=used.approvers,
            expires_at=expires_at,
        )
        return Grant(approvers=used.approvers, expires_at=expires_at, signature=signature)


def approval_version(approval_id: str) -> str:
    """The program that an approval is for. Raises BadRequest for what is no approval's id."""
    version_id, _, number = approval_id.rpartition(".")
    if not version_id or not (number.isascii() and number.isdigit()):
        raise BadRequest("bad_value", "This button is from another version of me. Ask again in the thread.")
    return version_id
