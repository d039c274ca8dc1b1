import { serve } from '../serve';
import { loadProgram, runProgram } from './jq-program';

void serve(runProgram, loadProgram);
