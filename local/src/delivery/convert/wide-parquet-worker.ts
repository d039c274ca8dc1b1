import { serve } from '../serve';
import { writeWideParquet } from './wide-parquet';

void serve(writeWideParquet);
