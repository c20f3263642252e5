import "./main.js";
import { io } from "../static/vendor/socket.io.esm.min.js";
import { listChannels } from "./channels/channel-list.js";
import { trackChannels } from "./channels/channels.js";
import { enableBrowsing } from "./channels/browse.js";
import { enableDrawer } from "./channels/drawer.js";
import { enableFavourites } from "./channels/favourites.js";
import { followAddress } from "./channels/follow.js";
import { enableFolding } from "./channels/fold.js";
import { listMembers } from "./channels/members.js";
import { enableNewChannel } from "./channels/new-channel.js";
import { enableSearch } from "./channels/search.js";
import { enableSubscription } from "./channels/subscribe.js";
import { countUnread } from "./channels/unread.js";
import { enableAttachments } from "./composer/attachments.js";
import { enableComposer } from "./composer/composer.js";
import { enableContext } from "./composer/context.js";
import { watchDrafts } from "./composer/drafts.js";
import { enableEmoji } from "./composer/emoji.js";
import { enableLocation } from "./composer/location.js";
import { showTyping } from "./composer/typing.js";
import { showNotices } from "./lib/notices.js";
import { enableShortcuts } from "./lib/shortcuts.js";
import { followKeyboard } from "./lib/viewport.js";
import { enableActions } from "./messages/actions.js";
import { deliver } from "./messages/delivery.js";
import { showDivider } from "./messages/divider.js";
import { loadHistory } from "./messages/history.js";
import { reportRead } from "./messages/last-read.js";
import { showMessages } from "./messages/messages.js";
import { showWayToNewest } from "./messages/new-messages.js";
import { showPending } from "./messages/pending.js";
import { enableReactions } from "./messages/reactions.js";
import { followMessages } from "./messages/scroll.js";
import { enableViewer } from "./messages/viewer.js";
import { enableNewMessage } from "./people/new-message.js";
import { listPeople } from "./people/people.js";
import { trackPeople } from "./people/person.js";
import { showProfiles } from "./people/profile.js";
import { inspectConnection } from "./session/inspector.js";
import { askBeforeLeaving } from "./session/leave.js";
import { fallBackToPolling } from "./session/polling.js";
import { comeBack } from "./session/reconnect.js";
import { keepSessionAlive } from "./session/session.js";

document.querySelector("#too-old").remove();

// Connects last, so that no module misses the first packets.
const socket = io({ autoConnect: false });

fallBackToPolling(socket);
inspectConnection(socket);
comeBack(socket);
keepSessionAlive(socket);

// First the modules that hold data, then those that show it: handlers run in this order.
trackPeople(socket);
trackChannels(socket);
countUnread(socket);
deliver(socket);
askBeforeLeaving();

listPeople(socket);
listMembers(socket);
listChannels();
enableSubscription(socket);
enableFavourites(socket);
watchDrafts();
enableContext();
enableComposer(socket);
enableAttachments();
showMessages();
showDivider();
showPending(socket);
followMessages();
showWayToNewest();
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
enableBrowsing();
enableNewMessage(socket);
enableFolding();
enableViewer();
enableDrawer();
followKeyboard();
enableShortcuts();
followAddress(socket);

socket.connect();
