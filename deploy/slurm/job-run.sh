#!/bin/sh
# The same without the scripts of this directory: the job takes its GPUs itself. sbatch job-run.sh
#SBATCH --licenses=gpu:2
#SBATCH --time=10
#SBATCH --output=%x-%j.out
srun --ntasks=1 flexdirect run -q -n 2 -- ./a.out
