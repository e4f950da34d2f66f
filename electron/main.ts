import { runShell } from './shell.ts';

void runShell();
