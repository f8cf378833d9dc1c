#!/bin/sh
# A job on a CPU node with two GPUs of the pool: sbatch job.sh
#SBATCH --licenses=gpu:2
#SBATCH --time=10
#SBATCH --output=%x-%j.out
srun --ntasks=1 ./a.out
