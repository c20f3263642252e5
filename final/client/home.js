import { io } from "../static/vendor/socket.io.esm.min.js";
import { enableActions } from "./actions.js";
import { enableAttachments } from "./attachments.js";
import { listChannels } from "./channel-list.js";
import { trackChannels } from "./channels.js";
import { enableComposer } from "./composer.js";
import { enableContext } from "./context.js";
import { deliver } from "./delivery.js";
import { showDivider } from "./divider.js";
import { saveDrafts } from "./drafts.js";
import { enableDrawer } from "./drawer.js";
import { enableEmoji } from "./emoji.js";
import { loadHistory } from "./history.js";
import { inspectConnection } from "./inspector.js";
import { reportRead } from "./last-read.js";
import { enableLocation } from "./location.js";
import { listMembers } from "./members.js";
import { showMessages } from "./messages.js";
import { enableNewChannel } from "./new-channel.js";
import { showNotices } from "./notices.js";
import { followAddress } from "./open.js";
import { showPending } from "./pending.js";
import { listPeople } from "./people.js";
import { trackPeople } from "./person.js";
import { fallBackToPolling } from "./polling.js";
import { showProfiles } from "./profile.js";
import { enableReactions } from "./reactions.js";
import { comeBack } from "./reconnect.js";
import { followMessages } from "./scroll.js";
import { enableSearch } from "./search.js";
import { keepSessionAlive } from "./session.js";
import { enableShortcuts } from "./shortcuts.js";
import { enableSubscription } from "./subscribe.js";
import { showTyping } from "./typing.js";

// Connects last, so that no module misses the first packets.
const socket = io({ autoConnect: false });

fallBackToPolling(socket);
inspectConnection(socket);
comeBack(socket);
keepSessionAlive(socket);

// First the modules that hold data, then those that show it: handlers run in this order.
trackPeople(socket);
trackChannels(socket);
deliver(socket);

listPeople(socket);
listMembers(socket);
listChannels();
enableSubscription(socket);
saveDrafts();
enableContext(socket);
enableComposer();
enableAttachments();
showMessages();
showDivider();
showPending(socket);
followMessages();
loadHistory();
reportRead(socket);
showTyping(socket);
showNotices(socket);

enableActions(socket);
enableReactions(socket);
enableEmoji();
enableLocation();
enableSearch();
enableNewChannel(socket);
showProfiles(socket);
enableDrawer();
enableShortcuts();
followAddress(socket);

socket.connect();
