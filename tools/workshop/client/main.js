import { enableChat } from "./chat.js";
import { enableCheck } from "./check.js";
import { enableCopyCode } from "./copy-code.js";
import { enableHints } from "./hints.js";
import { enablePresentation } from "./presentation.js";
import { enableStepDiffs } from "./step-diffs.js";
import { enableTerms } from "./terms.js";
import { rememberTicks } from "./ticks.js";

enablePresentation();
rememberTicks();
enableChat();
enableHints();
enableCheck();
enableCopyCode();
enableStepDiffs();
enableTerms();
