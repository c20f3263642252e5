import { enableChat } from "./chat.js";
import { enableCheck } from "./check.js";
import { enableHints } from "./hints.js";
import { enablePresentation } from "./presentation.js";
import { rememberTicks } from "./ticks.js";

enablePresentation();
rememberTicks();
enableChat();
enableHints();
enableCheck();
